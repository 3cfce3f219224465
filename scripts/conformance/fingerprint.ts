/**
 * A gradient as seventeen numbers, to be stored: its norm, and its products with sixteen pictures of random signs.
 *
 * The mean square of the differences of such products is that of the gradients' whole difference in expectation, wherever it lies.
 */
import { random } from '../../test/support/images.js'

/** Sums in double precision. */
export interface Fingerprint {
  readonly norm: number
  readonly products: readonly number[]
}

const PRODUCTS = 16

export const fingerprint = (gradient: Float32Array): Fingerprint => ({
  norm: Math.sqrt(sum(gradient.length, (i) => (gradient[i] ?? 0) ** 2)),
  products: Array.from({ length: PRODUCTS }, (_, k) => {
    const next = random(k + 1)
    return sum(gradient.length, (i) => (next() < 0.5 ? -1 : 1) * (gradient[i] ?? 0))
  }),
})

/** The norm of the difference of two gradients, estimated from their products; NaN where one has NaN. */
export const distance = (a: Fingerprint, b: Fingerprint): number =>
  Math.sqrt(sum(a.products.length, (k) => ((a.products[k] ?? Number.NaN) - (b.products[k] ?? Number.NaN)) ** 2) / a.products.length)

const sum = (count: number, of: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < count; i++) total += of(i)
  return total
}
