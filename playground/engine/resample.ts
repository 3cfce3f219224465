/** Pictures at other sizes, with the same numbers in every browser: canvases scale in different ways, and a loss of a scaled picture would differ by half. */
import type { Picture } from './protocol.js'

/** Width and height, in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** A rectangle of a picture. */
export interface Part extends Size {
  readonly left: number
  readonly top: number
}

/** The part of a picture at a size: a triangle filter as wide as two pixels of the smaller grid (Pillow's BILINEAR). */
export const resampled = (picture: Picture, from: Part, size: Size): Picture => {
  const columns = tapsOf(from.left, from.width, size.width, picture.width)
  const rows = tapsOf(from.top, from.height, size.height, picture.height)
  const between = filtered(picture.data, { lines: picture.height, line: 4 * picture.width, step: 4 }, columns)
  const values = filtered(between, { lines: size.width, line: 4, step: 4 * size.width }, rows)
  // The second pass goes down the columns: they come out as lines.
  return { ...size, data: transposed(values, size) }
}

/** What one value of a line is made of: the first of its sources, and their weights. */
interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/** The taps of `count` values over a stretch of a line of `length` values. */
const tapsOf = (start: number, stretch: number, count: number, length: number): readonly Taps[] => {
  const step = stretch / count
  const reach = Math.max(1, step)
  return Array.from({ length: count }, (_, i) => {
    const centre = start + (i + 0.5) * step
    const first = Math.min(length - 1, Math.max(0, Math.floor(centre - reach)))
    const last = Math.max(first, Math.min(length - 1, Math.ceil(centre + reach)))
    const weights = Array.from({ length: last - first + 1 }, (__, j) => Math.max(0, 1 - Math.abs(first + j + 0.5 - centre) / reach))
    const sum = weights.reduce((all, weight) => all + weight, 0)
    return { first, weights: sum === 0 ? weights.map((_weight, j) => (j === 0 ? 1 : 0)) : weights.map((weight) => weight / sum) }
  })
}

/** Where lines of values start, and how far apart the values of a line are. */
interface Lines {
  readonly lines: number
  readonly line: number
  readonly step: number
}

/** All lines with these taps, one after another; red, green and blue, and an alpha of 255. */
const filtered = (from: ArrayLike<number>, { lines, line, step }: Lines, taps: readonly Taps[]): Float32Array => {
  const to = new Float32Array(4 * lines * taps.length).fill(255)
  let at = 0
  for (let i = 0; i < lines; i++)
    for (const { first, weights } of taps) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let j = 0; j < weights.length; j++) sum += (weights[j] ?? 0) * (from[i * line + (first + j) * step + channel] ?? 0)
        to[at + channel] = sum
      }
      at += 4
    }
  return to
}

/** Columns as lines, back to a picture. */
const transposed = (columns: Float32Array, { width, height }: Size): Uint8ClampedArray<ArrayBuffer> => {
  const data = new Uint8ClampedArray(4 * width * height)
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) data.set(columns.subarray(4 * (x * height + y), 4 * (x * height + y) + 4), 4 * (y * width + x))
  return data
}
