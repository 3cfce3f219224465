/** Boxes around the changes of pictures. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedBoxes } from '../../src/matcher/changedBoxes.js'
import { runs } from '../support/full.js'

const picture = (height: number, width: number, white = 255) => ({
  data: white === 255 ? new Uint8Array(height * width * 4) : new Uint16Array(height * width * 4),
  white,
  height,
  width,
})

const withPixels = (height: number, width: number, pixels: readonly (readonly [row: number, column: number])[], white = 255) => {
  const [reference, changed] = [picture(height, width, white), picture(height, width, white)]
  for (const [row, column] of pixels) changed.data[4 * (row * width + column) + 2] = 1
  return changedBoxes({ reference, picture: changed })
}

describe('the boxes of a change', () => {
  it('are none for equal pictures', () => {
    expect(withPixels(20, 30, [])).toEqual([])
  })

  it('are as small as the change, at both depths', () => {
    for (const white of [255, 65535]) expect(withPixels(200, 300, [[7, 9], [12, 20]], white)).toEqual([{ rows: [7, 13], columns: [9, 21] }]) // prettier-ignore
  })

  it('are two for changes far apart', () => {
    const boxes = withPixels(400, 700, [[3, 5], [399, 699]]) // prettier-ignore
    expect(boxes).toEqual([
      { rows: [3, 4], columns: [5, 6] },
      { rows: [399, 400], columns: [699, 700] },
    ])
  })

  it('become one where there are too many', () => {
    const pixels = Array.from({ length: 40 }, (_, i) => [200 * Math.floor(i / 8), 200 * (i % 8)] as const)
    expect(withPixels(900, 1600, pixels)).toHaveLength(1)
  })

  it('contain every changed pixel', () => {
    const pixel = fc.tuple(fc.nat(149), fc.nat(299))
    fc.assert(
      fc.property(fc.array(pixel, { maxLength: 12 }), (pixels) => {
        const boxes = withPixels(150, 300, pixels)
        for (const [row, column] of pixels)
          expect(boxes.some(({ rows, columns }) => rows[0] <= row && row < rows[1] && columns[0] <= column && column < columns[1])).toBe(true)
      }),
      { numRuns: runs(2000) },
    )
  })
})
