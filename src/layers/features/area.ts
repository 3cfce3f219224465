/**
 * Resampling by area along one axis: a new position has the mean of the positions it covers.
 */

/** A matrix [to, from] whose rows add up to 1, row after row. */
export interface Matrix {
  readonly from: number
  readonly to: number
  readonly values: Float32Array
}

const overlap = (a: number, b: number, c: number, d: number): number => Math.max(0, Math.min(b, d) - Math.max(a, c))

/** The share of each old position in each new one. */
export const coverage = (from: number, to: number): Matrix => {
  const size = from / to
  const values = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const [start, end] = [i * size, (i + 1) * size]
    for (let j = Math.floor(start); j < Math.min(from, Math.ceil(end)); j++) values[i * from + j] = overlap(start, end, j, j + 1) / size
  }
  return { from, to, values }
}

/** The fraction of each of `count` positions within a span, given in fractions of the whole. */
export const interval = (start: number, length: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => count * overlap(start, start + length, i / count, (i + 1) / count))
