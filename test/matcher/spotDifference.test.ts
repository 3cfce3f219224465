/** The most different spot of two pictures: colours by OKLab's published values, smoothed edges and displaced letters, and the parts of sparse changes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/matcher/bounds.js'
import { changedDistances } from '../../src/matcher/changedDistance.js'
import { isRerendered } from '../../src/matcher/rerendering.js'
import { spotDifference, spotHeat, type SpotPair } from '../../src/matcher/spotDifference.js'
import type { Pixels } from '../../src/node/decodedPicture.js'

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
  const [HIGH, WIDE] = [256, 384]
  const ofPage = (before: Drawing, after: Drawing): number => spotDifference(pair(HIGH, WIDE, before, after))
  /** Lines of strokes of 1 pixel: their grey. */
  const strokes =
    (grey: (column: number) => number): Drawing =>
    (row, column) => {
      const value = grey(column)
      return row % 32 < 12 && column % 8 === 3 ? [value, value, value] : WHITE
    }
  const everywhere = (grey: number): Drawing => strokes(() => grey)

  /** Whether a page is one if the first `count` parts of this side differ. */
  const ifFirst = (count: number, side: number, height: number, width: number, draw: Drawing): boolean =>
    isRerendered({ data: drawn(height, width, draw), white: 1, channels: 3, height, width }, ({ rows, columns }) => {
      expect([rows[1] - rows[0], columns[1] - columns[0]]).toEqual([side, side])
      return ((rows[0] / side) * width) / side + columns[0] / side < count
    })

  it('is one where more than two thirds of its parts of 128 x 128 pixels differ', () => {
    // 4 x 4 parts.
    expect(ifFirst(10, 128, 512, 512, everywhere(0.5))).toBe(false)
    expect(ifFirst(11, 128, 512, 512, everywhere(0.5))).toBe(true)
    // 5 of them have content, then 4.
    const above = (end: number): Drawing => (row, column) => (row < 128 || (row < 256 && column < end) ? everywhere(0.5)(row, column) : WHITE) // prettier-ignore
    expect(ifFirst(16, 128, 512, 512, above(128))).toBe(true)
    expect(ifFirst(16, 128, 512, 512, above(0))).toBe(false)
  })

  it('or of less than 512 x 512 pixels, where more than a tenth of at least 50 cells of 16 x 16 differ', () => {
    // 10 x 10 cells.
    const squares: Drawing = (row, column) => (row % 16 >= 4 && column % 16 >= 4 ? BLACK : WHITE)
    expect(ifFirst(10, 16, 160, 160, squares)).toBe(false)
    expect(ifFirst(11, 16, 160, 160, squares)).toBe(true)
    expect(ifFirst(40, 16, 64, 160, squares)).toBe(false)
    expect(ifFirst(100, 16, 160, 160, () => BLACK)).toBe(false)
  })

  it('has contours that mask differences in proportion to their contrast', () => {
    // A stroke of 0.7 is 0.22 from white in OKLab's L, one of 0.6 1.4 times as far, and one of 0.3 2.7 times.
    expect(ofPage(everywhere(0.7), everywhere(0.6))).toBeLessThan(0.001)
    expect(ofPage(everywhere(0.6), everywhere(0.7))).toBeLessThan(0.001)
    expect(ofPage(everywhere(0.7), everywhere(0.3))).toBeGreaterThan(0.02)
  })

  it('and on other pages these differences count', () => {
    const inPart = strokes((column) => (column < 32 ? 0.6 : 0.7))
    expect(ofPage(everywhere(0.7), inPart)).toBeGreaterThan(0.01)
  })

  it('but not beside flat areas: a missing hairline counts in full', () => {
    const ruled =
      (draw: Drawing): Drawing =>
      (row, column) =>
        row === 118 ? [0.7, 0.7, 0.7] : draw(row, column)
    // 1 - L of the line, blurred across by a Gaussian of 0.7 pixels in 5 taps, over the 16 rows of a spot.
    const lightness = Math.cbrt(((0.7 + 0.055) / 1.055) ** 2.4)
    const taps = [-2, -1, 0, 1, 2].map((at) => Math.exp(-(at ** 2) / (2 * 0.7 ** 2)))
    const sum = taps.reduce((a, b) => a + b)
    const expected = (1 - lightness) * Math.sqrt(taps.reduce((total, tap) => total + (tap / sum) ** 2, 0) / 16)
    expect(ofPage(ruled(everywhere(0.7)), everywhere(0.65))).toBeCloseTo(expected, 5)
    expect(ofPage(everywhere(0.7), ruled(everywhere(0.65)))).toBeCloseTo(expected, 5)
  })

  it('has contours that mask the coloured edges of letters smoothed over the stripes of a screen', () => {
    // Strokes of 4 stripes, each a third of a pixel, from the stripe 2 on: their coverage by FreeType's default filter of 5 stripes, or by the mean of a pixel's 3 stripes.
    const filter = [0x08, 0x4d, 0x56, 0x4d, 0x08].map((tap) => tap / 0x100)
    const stroke = (stripe: number): number => (stripe % 21 >= 2 && stripe % 21 < 6 ? 1 : 0)
    const filtered = (stripe: number): number => filter.reduce((sum, tap, i) => sum + tap * stroke(stripe + i - 2), 0)
    const text =
      (coverage: (column: number, colour: number) => number): Drawing =>
      (row, column) =>
        row % 32 < 12 ? [1 - coverage(column, 0), 1 - coverage(column, 1), 1 - coverage(column, 2)] : WHITE
    const onStripes = text((column, colour) => filtered(3 * column + 21 + colour))
    const grey = text((column) => (stroke(3 * column) + stroke(3 * column + 1) + stroke(3 * column + 2)) / 3)
    expect(onStripes(5, 8)).not.toEqual(grey(5, 8))
    expect(ofPage(grey, onStripes)).toBeLessThan(0.02)
  })

  it('has outermost pixels that do not count', () => {
    const before = everywhere(0.5)
    // A dark line enters at the left of a shifted page; beside one change it counts.
    const entering = (after: Drawing): Drawing => (row, column) => (column === 0 ? [0.4, 0, 0] : after(row, column)) // prettier-ignore
    const shifted: Drawing = (row, column) => before(row, column - 1)
    expect(ofPage(before, entering(before))).toBeGreaterThan(0.1)
    expect(ofPage(before, entering(shifted))).toBeLessThan(0.001)
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
