/**
 * Pictures in OKLab, slightly blurred, and the distances of their pixels from the colours that the other picture has nearby.
 *
 * Pixels are visited dozens of times, so all that is known of one lies side by side. The functions of Math are constants here: Jest's sandbox makes every access of a global slow.
 */

import type { Box } from '../core/language/box.js'

const { cbrt, max, min } = Math

/** Of each pixel, row by row: L, a and b, their smallest values within one pixel, and their largest. */
export interface Colours {
  readonly pixels: Float32Array
  readonly height: number
  readonly width: number
}

/** The numbers of a pixel, and the first of its smallest and largest values. */
const SIZE = 9
const LOW = 3
const HIGH = 6

/** The colours of sRGB in [0, 1], pixel by pixel. */
export const coloursOf = (rgb: ArrayLike<number>, height: number, width: number): Colours => {
  return { pixels: withRanges(blurred(oklab(rgb, height * width), height, width), height, width), height, width }
}

const oklab = (rgb: ArrayLike<number>, count: number): Float32Array => {
  const values = new Float32Array(3 * count)
  let [r, g, b, lightness, redness, yellowness] = [0, 0, 0, 0, 0, 0]
  for (let at = 0; at < 3 * count; at += 3) {
    const red = rgb[at] ?? 0
    const green = rgb[at + 1] ?? 0
    const blue = rgb[at + 2] ?? 0
    // Most pixels of a page have the colour of the one before.
    if (red !== r || green !== g || blue !== b) {
      ;[r, g, b] = [red, green, blue]
      const [x, y, z] = [linear(r), linear(g), linear(b)]
      const l = cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z)
      const m = cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z)
      const s = cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z)
      lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
      redness = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
      yellowness = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
    }
    values[at] = lightness
    values[at + 1] = redness
    values[at + 2] = yellowness
  }
  return values
}

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** A Gaussian of 0.7 pixels. */
const [NONE, ONE, TWO] = ((): readonly [number, number, number] => {
  const [one, two] = [Math.exp(-1 / 0.98), Math.exp(-4 / 0.98)]
  const sum = 1 + 2 * one + 2 * two
  return [1 / sum, one / sum, two / sum]
})()

/** L, a and b blurred down and then along rows; at the edges, pixels continue. */
const blurred = (lab: Float32Array, height: number, width: number): Float32Array => {
  const [down, along] = [new Float32Array(lab.length), new Float32Array(lab.length)]
  blurLines(lab, down, { lines: height, apart: 3 * width, across: 3 * width })
  for (let row = 0; row < height; row++) {
    const [start, end] = [3 * row * width, 3 * (row + 1) * width]
    blurLines(down.subarray(start, end), along.subarray(start, end), { lines: width, apart: 3, across: 3 })
  }
  return along
}

/** How many lines there are, how far one's first number is from that of the next, and how many numbers each has. */
interface Lines {
  readonly lines: number
  readonly apart: number
  readonly across: number
}

const blurLines = (from: Float32Array, to: Float32Array, { lines, apart, across }: Lines): void => {
  for (let line = 0; line < lines; line++) {
    const start = line * apart
    const before = max(0, line - 1) * apart
    const first = max(0, line - 2) * apart
    const after = min(lines - 1, line + 1) * apart
    const last = min(lines - 1, line + 2) * apart
    for (let i = 0; i < across; i++) {
      const near = (from[before + i] ?? 0) + (from[after + i] ?? 0)
      const far = (from[first + i] ?? 0) + (from[last + i] ?? 0)
      to[start + i] = NONE * (from[start + i] ?? 0) + ONE * near + TWO * far
    }
  }
}

/** L, a and b of each pixel, and their ranges. */
const withRanges = (lab: Float32Array, height: number, width: number): Float32Array => {
  const pixels = new Float32Array(SIZE * height * width)
  const across = 3 * width
  const [low, high] = [new Float32Array(across), new Float32Array(across)]
  for (let row = 0; row < height; row++) {
    const start = row * across
    const above = max(0, row - 1) * across
    const below = min(height - 1, row + 1) * across
    for (let i = 0; i < across; i++) {
      const here = lab[start + i] ?? 0
      const up = lab[above + i] ?? 0
      const down = lab[below + i] ?? 0
      low[i] = up < down ? (up < here ? up : here) : down < here ? down : here
      high[i] = up > down ? (up > here ? up : here) : down > here ? down : here
    }
    for (let column = 0; column < width; column++) {
      const at = SIZE * (row * width + column)
      const left = 3 * max(0, column - 1)
      const right = 3 * min(width - 1, column + 1)
      for (let c = 0; c < 3; c++) {
        pixels[at + c] = lab[start + 3 * column + c] ?? 0
        pixels[at + LOW + c] = min(low[left + c] ?? 0, low[3 * column + c] ?? 0, low[right + c] ?? 0)
        pixels[at + HIGH + c] = max(high[left + c] ?? 0, high[3 * column + c] ?? 0, high[right + c] ?? 0)
      }
    }
  }
  return pixels
}

/** The squared distance of two pixels: of each one's colour from the other's range, the larger one. */
const distance = (a: Float32Array, p: number, b: Float32Array, q: number): number => {
  const of = outside(a, p, b, q)
  const from = outside(b, q, a, p)
  return of > from ? of : from
}

/** The squared distance of one pixel's colour from the range of another. A loop over L, a and b takes a sixth longer. */
const outside = (a: Float32Array, p: number, b: Float32Array, q: number): number => {
  const lightness = beyond(a[p] ?? 0, b[q + LOW] ?? 0, b[q + HIGH] ?? 0)
  const redness = beyond(a[p + 1] ?? 0, b[q + LOW + 1] ?? 0, b[q + HIGH + 1] ?? 0)
  const yellowness = beyond(a[p + 2] ?? 0, b[q + LOW + 2] ?? 0, b[q + HIGH + 2] ?? 0)
  return lightness * lightness + redness * redness + yellowness * yellowness
}

/**
 * The squared distance that contours do not mask: as above, but each range is longer by its own length at both ends, and those of a and b also by a tenth of L's, because letters
 * smoothed over a screen's red, green and blue stripes have coloured edges.
 */
const visibleDistance = (a: Float32Array, p: number, b: Float32Array, q: number): number => {
  let [of, from, tintA, tintB] = [0, 0, 0, 0]
  for (let c = 0; c < 3; c++) {
    const lowA = a[p + LOW + c] ?? 0
    const lowB = b[q + LOW + c] ?? 0
    const lengthA = (a[p + HIGH + c] ?? 0) - lowA
    const lengthB = (b[q + HIGH + c] ?? 0) - lowB
    const away = beyond(a[p + c] ?? 0, lowB - lengthB - tintB, lowB + 2 * lengthB + tintB)
    const back = beyond(b[q + c] ?? 0, lowA - lengthA - tintA, lowA + 2 * lengthA + tintA)
    of += away * away
    from += back * back
    if (c > 0) continue
    tintA = TINT * lengthA
    tintB = TINT * lengthB
  }
  return of > from ? of : from
}

/** The part of a contour's contrast in L that its smoothing may add in a and b. */
const TINT = 0.1

const beyond = (value: number, low: number, high: number): number => (value < low ? low - value : value > high ? value - high : 0)

/** Pixels to the side, and down. */
export type Displacement = readonly [aside: number, down: number]

/** The sum of the squared distances in a box if the second picture's pixels are displaced; at the edges, pixels continue. */
export const distanceSum = (one: Colours, other: Colours, { rows, columns }: Box, [aside, down]: Displacement): number => {
  const { pixels: a, height, width } = one
  const { pixels: b } = other
  const [first, end] = columns
  let sum = 0
  for (let row = rows[0]; row < rows[1]; row++) {
    const line = max(0, min(height - 1, row + down)) * width
    for (let column = first; column < end; column++)
      sum += distance(a, SIZE * (row * width + column), b, SIZE * (line + max(0, min(width - 1, column + aside))))
  }
  return sum
}

/** The sum of what contours do not mask of them. A loop of its own: one loop that is passed either distance takes longer. */
export const visibleSum = (one: Colours, other: Colours, { rows, columns }: Box, [aside, down]: Displacement): number => {
  const { pixels: a, height, width } = one
  const { pixels: b } = other
  const [first, end] = columns
  let sum = 0
  for (let row = rows[0]; row < rows[1]; row++) {
    const line = max(0, min(height - 1, row + down)) * width
    for (let column = first; column < end; column++)
      sum += visibleDistance(a, SIZE * (row * width + column), b, SIZE * (line + max(0, min(width - 1, column + aside))))
  }
  return sum
}
