/** Decoded pixels as tensors: exact levels at both depths, boxes, and transparency. */
import { expect, it } from 'vitest'
import { opaqueTensor, pixelTensor } from '../../src/node/pixelTensor.js'
import { take } from '../support/tensors.js'

/** A picture of these RGBA samples. */
const pixels = (data: Uint8Array | Uint16Array, height: number, width: number) => ({ data, white: data instanceof Uint8Array ? 255 : 65535, height, width })

it.each([255, 65535])('each level of %i becomes its nearest float32', (white) => {
  const data = white === 255 ? new Uint8Array(4 * 256) : new Uint16Array(4 * 65536)
  for (let level = 0; level <= white; level++) data.set([level, white - level, level, white], 4 * level)
  const values = take(pixelTensor(pixels(data, 1, white + 1), 1))
  let wrong = 0
  for (let level = 0; level <= white; level++) {
    if (values[3 * level] !== Math.fround(level / white)) wrong++
    if (values[3 * level + 1] !== Math.fround((white - level) / white)) wrong++
    if (values[3 * level + 2] !== Math.fround(level / white)) wrong++
  }
  expect(wrong).toBe(0)
})

it('one transparent pixel shows the background; the others stay exact', () => {
  const data = new Uint8Array(4 * 6).fill(255)
  data.set([51, 102, 153, 51], 4 * 5)
  for (const behind of [0, 1]) {
    const values = Array.from(take(pixelTensor(pixels(data, 2, 3), behind)))
    expect(values.slice(0, 15)).toEqual(Array.from({ length: 15 }, () => 1))
    // alpha 0.2: 0.2 colour + 0.8 background
    for (const [i, colour] of [0.2, 0.4, 0.6].entries()) expect(values[15 + i]).toBeCloseTo(0.2 * colour + 0.8 * behind, 6)
  }
})

it('a box has its own pixels, and no tensor where one of them is transparent', () => {
  const data = Uint8Array.from({ length: 4 * 12 }, (_, i) => (i % 4 === 3 ? 255 : 5 * i))
  const picture = pixels(data, 3, 4)
  const box = { rows: [1, 3], columns: [1, 3] } as const
  const expected = [5, 6, 9, 10].flatMap((pixel) => [0, 1, 2].map((channel) => Math.fround(((20 * pixel + 5 * channel) % 256) / 255)))
  expect(Array.from(take(opaqueTensor(picture, box)!))).toEqual(expected)
  data[4 * 10 + 3] = 254
  expect(opaqueTensor(picture, box)).toBeUndefined()
  expect(opaqueTensor(picture, { rows: [0, 2], columns: [0, 4] })).toBeDefined()
})
