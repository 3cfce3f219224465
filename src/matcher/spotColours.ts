/**
 * Pictures as planes of OKLab, slightly blurred, and the distances of their pixels from the colours that the other picture has nearby.
 *
 * The functions of Math are constants here: Jest's sandbox makes every access of a global slow.
 */

import type { Box } from '../core/language/box.js'

const { cbrt, max, min } = Math

/** L, a and b, one plane after the other, each row by row. */
export interface Planes {
  readonly values: Float32Array
  readonly height: number
  readonly width: number
}

/** The smallest and the largest value within one pixel, in each plane. */
export interface Ranges {
  readonly low: Float32Array
  readonly high: Float32Array
}

/** A Gaussian of 0.7 pixels. */
const KERNEL = ((): readonly [number, number, number] => {
  const [one, two] = [Math.exp(-1 / 0.98), Math.exp(-4 / 0.98)]
  const sum = 1 + 2 * one + 2 * two
  return [1 / sum, one / sum, two / sum]
})()

/** sRGB in [0, 1], pixel by pixel, as blurred OKLab. */
const oklabPlanes = (rgb: ArrayLike<number>, height: number, width: number): Planes => {
  const count = height * width
  const values = new Float32Array(3 * count)
  let [r, g, b, lightness, redness, yellowness] = [0, 0, 0, 0, 0, 0]
  for (let at = 0; at < count; at++) {
    const [red, green, blue] = [rgb[3 * at] ?? 0, rgb[3 * at + 1] ?? 0, rgb[3 * at + 2] ?? 0]
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
    values[count + at] = redness
    values[2 * count + at] = yellowness
  }
  blur(values, height, width)
  return { values, height, width }
}

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** In place, each plane; at the edges, pixels continue. */
const blur = (values: Float32Array, height: number, width: number): void => {
  const [none, one, two] = KERNEL
  const line = new Float32Array(max(height, width))
  const along = (start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) line[i] = values[start + i * step] ?? 0
    const last = length - 1
    for (let i = 0; i < length; i++) {
      const near = (line[max(0, i - 1)] ?? 0) + (line[min(last, i + 1)] ?? 0)
      const far = (line[max(0, i - 2)] ?? 0) + (line[min(last, i + 2)] ?? 0)
      values[start + i * step] = none * (line[i] ?? 0) + one * near + two * far
    }
  }
  for (let plane = 0; plane < 3; plane++) {
    const start = plane * height * width
    for (let row = 0; row < height; row++) along(start + row * width, 1, width)
    for (let column = 0; column < width; column++) along(start + column, width, height)
  }
}

/** The ranges of a picture. */
const rangesOf = ({ values, height, width }: Planes): Ranges => {
  const [low, high] = [new Float32Array(values.length), new Float32Array(values.length)]
  for (let plane = 0; plane < 3; plane++)
    for (let row = 0; row < height; row++) {
      const start = (plane * height + row) * width
      const [above, below] = [row === 0 ? start : start - width, row === height - 1 ? start : start + width]
      for (let column = 0; column < width; column++) {
        const here = values[start + column] ?? 0
        const [up, down] = [values[above + column] ?? 0, values[below + column] ?? 0]
        low[start + column] = up < down ? (up < here ? up : here) : down < here ? down : here
        high[start + column] = up > down ? (up > here ? up : here) : down > here ? down : here
      }
      widened(low, start, width, min)
      widened(high, start, width, max)
    }
  return { low, high }
}

/** The extreme of each value and of those beside it, in place. */
const widened = (values: Float32Array, start: number, width: number, extreme: (a: number, b: number, c: number) => number): void => {
  let before = values[start] ?? 0
  for (let column = 0; column < width; column++) {
    const here = values[start + column] ?? 0
    const after = column === width - 1 ? here : (values[start + column + 1] ?? 0)
    values[start + column] = extreme(before, here, after)
    before = here
  }
}

/** A picture's planes, and their ranges. */
export type Colours = readonly [Planes, Ranges]

/** The planes and ranges of sRGB in [0, 1]. */
export const coloursOf = (rgb: ArrayLike<number>, height: number, width: number): Colours => {
  const planes = oklabPlanes(rgb, height, width)
  return [planes, rangesOf(planes)]
}

/** The numbers of two pictures, each plane after the other, taken out of their records once: pixels are visited hundreds of times. */
interface Pair {
  readonly a: Float32Array
  readonly b: Float32Array
  readonly nearA: Ranges
  readonly nearB: Ranges
  /** How many pixels a plane has. */
  readonly count: number
}

const pairOf = (one: Colours, other: Colours): Pair => {
  const [planes, nearA] = one
  const [{ values: b }, nearB] = other
  return { a: planes.values, b, nearA, nearB, count: planes.height * planes.width }
}

/** The squared distance of a pixel of each picture, at these positions: of each one's colour from the other's range, the larger one. */
const distance = (pair: Pair, p: number, q: number): number => {
  const { a, b, nearA, nearB, count } = pair
  let of = 0
  let from = 0
  for (let at = p, to = q; at < a.length; at += count, to += count) {
    const outside = beyond(a[at] ?? 0, nearB.low[to] ?? 0, nearB.high[to] ?? 0)
    const back = beyond(b[to] ?? 0, nearA.low[at] ?? 0, nearA.high[at] ?? 0)
    of += outside * outside
    from += back * back
  }
  return of > from ? of : from
}

/**
 * The squared distance that contours do not mask: as above, but each range is longer by its own length at both ends, and those of a and b also by a tenth of L's, because letters
 * smoothed over a screen's red, green and blue stripes have coloured edges.
 */
const visibleDistance = ({ a, b, nearA, nearB, count }: Pair, p: number, q: number): number => {
  let [of, from, tintA, tintB] = [0, 0, 0, 0]
  for (let at = p, to = q; at < a.length; at += count, to += count) {
    const lowA = nearA.low[at] ?? 0
    const lowB = nearB.low[to] ?? 0
    const [lengthA, lengthB] = [(nearA.high[at] ?? 0) - lowA, (nearB.high[to] ?? 0) - lowB]
    const outside = beyond(a[at] ?? 0, lowB - lengthB - tintB, lowB + 2 * lengthB + tintB)
    const back = beyond(b[to] ?? 0, lowA - lengthA - tintA, lowA + 2 * lengthA + tintA)
    of += outside * outside
    from += back * back
    if (at === p) {
      tintA = TINT * lengthA
      tintB = TINT * lengthB
    }
  }
  return of > from ? of : from
}

/** The part of a contour's contrast in L that its smoothing may add in a and b. */
const TINT = 0.1

/** The squared distance of each pixel; `visible`: what contours do not mask of it. */
export const distances = (one: Colours, other: Colours, visible: boolean): Float32Array => {
  const pair = pairOf(one, other)
  const found = new Float32Array(pair.count)
  for (let at = 0; at < pair.count; at++) found[at] = visible ? visibleDistance(pair, at, at) : distance(pair, at, at)
  return found
}

/** Pixels to the side, and down. */
export type Displacement = readonly [aside: number, down: number]

/** The sum of the squared distances in a box if the second picture's pixels are displaced; Infinity, without all of it, where it is `most` or larger. */
export const displacedSum = (one: Colours, other: Colours, { rows, columns }: Box, [aside, down]: Displacement, most: number): number => {
  const { height, width } = one[0]
  const pair = pairOf(one, other)
  const [first, end] = columns
  let sum = 0
  for (let row = rows[0]; row < rows[1]; row++) {
    const line = max(0, min(height - 1, row + down)) * width
    for (let column = first; column < end; column++) sum += distance(pair, row * width + column, line + max(0, min(width - 1, column + aside)))
    if (sum >= most) return Infinity
  }
  return sum
}

/** The sum of what contours do not mask of them. A loop of its own: one loop that is passed either distance takes longer. */
export const visibleSum = (one: Colours, other: Colours, { rows, columns }: Box, [aside, down]: Displacement): number => {
  const { height, width } = one[0]
  const pair = pairOf(one, other)
  const [first, end] = columns
  let sum = 0
  for (let row = rows[0]; row < rows[1]; row++) {
    const line = max(0, min(height - 1, row + down)) * width
    for (let column = first; column < end; column++) sum += visibleDistance(pair, row * width + column, line + max(0, min(width - 1, column + aside)))
  }
  return sum
}

const beyond = (value: number, low: number, high: number): number => (value < low ? low - value : value > high ? value - high : 0)
