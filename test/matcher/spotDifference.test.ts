/** The most different spot of two pictures: colours by OKLab's published values, smoothed edges and displaced letters, and the parts of sparse changes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box } from '../../src/core/language/box.js'
import { boundsOf } from '../../src/matcher/bounds.js'
import { changedDistances } from '../../src/matcher/changedDistance.js'
import { isRerendered } from '../../src/matcher/rerendering.js'
import { spotDifference, spotHeat, type SpotPair } from '../../src/matcher/spotDifference.js'
import type { Pixels } from '../../src/node/decodePixels.js'

type Colour = readonly [number, number, number]
/** The colour of each pixel. */
type Drawing = (row: number, column: number) => Colour

const [WHITE, BLACK, RED, BLUE]: readonly [Colour, Colour, Colour, Colour] = [[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]] // prettier-ignore

const drawn = (height: number, width: number, colour: Drawing): Float32Array =>
  Float32Array.from(Array.from({ length: height * width }, (_, i) => colour(Math.floor(i / width), i % width)).flat())

const pair = (height: number, width: number, before: Drawing, after: Drawing): SpotPair => ({
  reference: drawn(height, width, before),
  picture: drawn(height, width, after),
  height,
  width,
})

/** A bright square of 6 pixels. */
const icon =
  (top: number, left: number): Drawing =>
  (row, column) =>
    row >= top && row < top + 6 && column >= left && column < left + 6 ? BLUE : WHITE

describe('spotDifference', () => {
  it('is the distance in OKLab of plain pictures', () => {
    expect(spotDifference(pair(40, 40, () => BLACK, () => WHITE))).toBeCloseTo(1, 4) // prettier-ignore
    // Ottosson's values: red is (0.62796, 0.22486, 0.12585), blue (0.45201, -0.03246, -0.31153).
    expect(spotDifference(pair(20, 33, () => RED, () => BLUE))).toBeCloseTo(0.5371, 4) // prettier-ignore
  })

  it('is zero for equal pictures, and for pictures smaller than a spot that are equal', () => {
    expect(spotDifference(pair(50, 70, icon(20, 20), icon(20, 20)))).toBe(0)
    expect(spotDifference(pair(1, 3, () => RED, () => RED))).toBe(0) // prettier-ignore
    expect(spotDifference(pair(1, 3, () => WHITE, () => BLACK))).toBeCloseTo(1, 4) // prettier-ignore
  })

  it('of a missing icon does not depend on the size of the page', () => {
    const [small, large] = [spotDifference(pair(64, 64, icon(24, 24), () => WHITE)), spotDifference(pair(240, 400, icon(24, 24), () => WHITE))] // prettier-ignore
    expect(large).toBe(small)
    // Blue is 0.6309 from white, on 36 of 256 pixels; the blur takes a part of it at the edges.
    expect(small).toBeGreaterThan(0.15)
    expect(small).toBeLessThan(0.6309 * Math.sqrt(36 / 256))
  })

  it('sees a change in the last pixels of a picture', () => {
    for (const width of [64, 65, 66, 71]) expect(spotDifference(pair(40, width, () => WHITE, (_, column) => (column >= width - 3 ? BLACK : WHITE)))).toBeGreaterThan(0.05) // prettier-ignore
  })

  it('accepts what is 4 pixels aside or 2 lower, and rejects what is 10 aside or 5 lower', () => {
    for (const [top, left] of [[30, 34], [30, 26], [32, 30], [28, 30]] as const) expect(spotDifference(pair(80, 90, icon(30, 30), icon(top, left)))).toBeLessThan(0.01) // prettier-ignore
    for (const [top, left] of [[30, 40], [30, 20], [35, 30]] as const) expect(spotDifference(pair(80, 90, icon(30, 30), icon(top, left)))).toBeGreaterThan(0.1) // prettier-ignore
  })

  it('accepts letters that drift along a line up to 12 pixels, and rejects a line that is moved as far', () => {
    // Strokes of 3 pixels, 6 to 11 pixels apart.
    const strokes = Array.from({ length: 26 }, (_, i) => 20 + 8 * i + ((i * i) % 4))
    const line =
      (aside: (stroke: number) => number): Drawing =>
      (row, column) =>
        row >= 14 && row < 26 && strokes.some((left, i) => column >= left + aside(i) && column < left + aside(i) + 3) ? BLACK : WHITE
    const compared = (aside: (stroke: number) => number): number => spotDifference(pair(40, 270, line(() => 0), line(aside))) // prettier-ignore
    expect(compared((i) => Math.floor(i / 2.2))).toBeLessThan(0.05)
    expect(compared(() => 11)).toBeGreaterThan(0.1)
  })

  it('has the largest value of its heat map', () => {
    const changed = pair(60, 120, icon(10, 90), icon(40, 30))
    const heat = spotHeat(changed)
    expect(heat.length).toBe(60 * 120)
    expect(Math.max(...heat)).toBeCloseTo(spotDifference(changed), 6)
    expect(heat[59 * 120 + 70]).toBe(0)
  })
})

describe('a page that was rendered differently as a whole', () => {
  /** A square of 8 pixels in each of the 10 x 10 cells, in this grey, and the colour behind them. */
  const squares =
    (grey: (cell: number) => number, behind: Colour = WHITE): Drawing =>
    (row, column) => {
      const inside = row % 16 >= 4 && row % 16 < 12 && column % 16 >= 4 && column % 16 < 12
      const value = grey(10 * Math.floor(row / 16) + Math.floor(column / 16))
      return inside ? [value, value, value] : behind
    }
  const compared = (after: (cell: number) => number): number => spotDifference(pair(160, 160, squares(() => 0.5), squares(after))) // prettier-ignore

  it('is one where more than a tenth of at least 50 cells with content differ', () => {
    const reference = { data: drawn(160, 160, squares(() => 0.5)), white: 1, channels: 3, height: 160, width: 160 } // prettier-ignore
    const cellOf = ({ rows, columns }: Box): number => (10 * rows[0]) / 16 + columns[0] / 16
    expect(isRerendered(reference, (cell) => cellOf(cell) < 10)).toBe(false)
    expect(isRerendered(reference, (cell) => cellOf(cell) < 11)).toBe(true)
    expect(isRerendered({ ...reference, height: 64 }, () => true)).toBe(false)
    expect(isRerendered({ ...reference, data: new Float32Array(160 * 160 * 3) }, () => true)).toBe(false)
  })

  it('may differ by 0.02 more than a page with one change', () => {
    const one = compared((cell) => (cell === 44 ? 0.3 : 0.5))
    expect(one).toBeGreaterThan(0.05)
    expect(compared(() => 0.3)).toBeCloseTo(one - 0.02, 6)
  })

  it('may differ as much as a tenth of its content does', () => {
    expect(compared(() => 0.49)).toBe(0)
    const one = compared((cell) => (cell === 44 ? 0.3 : 0.5))
    const usual = compared((cell) => (cell === 44 ? 0.47 : 0.5))
    expect(usual).toBeLessThan(0.02)
    expect(compared((cell) => (cell === 44 ? 0.3 : 0.47))).toBeCloseTo(one - usual, 6)
  })

  it('has outermost pixels that do not count', () => {
    const shifted = (draw: Drawing): Drawing => (row, column) => (column === 0 ? [0.4, 0, 0] : draw(row, column - 1)) // prettier-ignore
    const before = squares(() => 0.5)
    const strip: Drawing = (row, column) => (column === 0 ? [0.4, 0, 0] : before(row, column))
    expect(spotDifference(pair(160, 160, before, strip))).toBeGreaterThan(0.1)
    expect(spotDifference(pair(160, 160, before, shifted(before)))).toBeLessThan(0.6 * spotDifference(pair(160, 160, before, strip))) // prettier-ignore
  })
})

describe('the bound spot', () => {
  it('rejects a limit that nothing exceeds', () => {
    expect(() => boundsOf({ spot: 1 })).toThrow('The bound spot: received 1, expected a number from 0, below 1')
  })

  it('of sparse changes is that of the whole pictures', async () => {
    const edit = fc.record({
      top: fc.nat(220),
      left: fc.nat(300),
      height: fc.integer({ min: 1, max: 20 }),
      width: fc.integer({ min: 1, max: 24 }),
      shade: fc.nat(255),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 2 }), async (edits) => {
        const [height, width] = [200, 272]
        const before: Drawing = (row, column) => [((row * 7 + column * 3) % 50) / 255 + 0.5, (row % 23) / 255 + 0.4, (column % 31) / 255 + 0.3]
        const after: Drawing = (row, column) => {
          const inside = edits.find(({ top, left, height: high, width: wide }) => row >= top && row < top + high && column >= left && column < left + wide)
          return inside === undefined ? before(row, column) : [inside.shade / 255, 0.5, 0.5]
        }
        const pixels = (draw: Drawing): Pixels => ({
          data: Uint8Array.from(
            Array.from({ length: height * width }, (_, i) => [...draw(Math.floor(i / width), i % width).map((v) => Math.round(v * 255)), 255]).flat(),
          ),
          white: 255,
          height,
          width,
        })
        const [reference, picture] = [pixels(before), pixels(after)]
        const rgb = ({ data }: Pixels): Float32Array => Float32Array.from(data.filter((_, i) => i % 4 < 3), (v) => Math.fround(v * (1 / 255))) // prettier-ignore
        const whole = spotDifference({ reference: rgb(reference), picture: rgb(picture), height, width })
        const [sparse = Number.NaN] = (await changedDistances(boundsOf({ spot: 0.05 }), { reference, picture })) ?? []
        expect(Math.abs(sparse - whole)).toBeLessThan(1e-7)
      }),
      { numRuns: 6 },
    )
  })

  it('needs the whole pictures where a page may be rendered differently', async () => {
    const [height, width] = [160, 160]
    const noise = (seed: number): Pixels => ({ data: Uint8Array.from({ length: height * width * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37 + seed * (i % 11)) % 256)), white: 255, height, width }) // prettier-ignore
    expect(await changedDistances(boundsOf({ spot: 0.05 }), { reference: noise(0), picture: noise(1) })).toBeUndefined()
  })
})
