/** Finds jumps of a gradient between two predictions. */

/** The place between 0 and 1 where the gradient changes most abruptly. */
export interface Jump {
  readonly low: number
  readonly high: number
  /** The distance of the gradients there. */
  readonly apart: number
  /** The distance that a bend or rounding could cause. */
  readonly allowed: number
}

/** Further than float32 goes between numbers of about 1 (23 halvings), for it is finer near 0. */
const STEPS = 40
/** What may remain of the change over the whole way: Charbonnier's bend of 1e-6 between pixels leaves 0.06. */
const REMAINS = 0.1
/** What rounding makes of a gradient, relative to it. */
const ROUNDING = 1e-2
/** What rounding leaves of a gradient that should be zero, relative to the value. */
const VALUE_ROUNDING = 1e-5

/**
 * Halves the way, on the side where the gradient changes more. A continuous gradient then comes together; over a jump it stays as far apart as it was.
 * `size` is that of the values, whose rounding a gradient of about zero consists of.
 */
export const jumpOf = (gradientAt: (t: number) => Float32Array, size: number): Jump => {
  let [low, high] = [0, 1]
  let [g0, g1] = [gradientAt(0), gradientAt(1)]
  const whole = distance(g0, g1)
  const allowed = (): number => Math.max(REMAINS * whole, ROUNDING * Math.max(norm(g0), norm(g1)), VALUE_ROUNDING * size)
  for (let step = 0; step < STEPS && distance(g0, g1) > allowed(); step++) {
    const middle = (low + high) / 2
    const g = gradientAt(middle)
    if (distance(g0, g) > distance(g, g1)) [high, g1] = [middle, g]
    else [low, g0] = [middle, g]
  }
  return { low, high, apart: distance(g0, g1), allowed: allowed() }
}

const norm = (a: Float32Array): number => Math.sqrt(a.reduce((total, value) => total + value * value, 0))

const distance = (a: Float32Array, b: Float32Array): number => Math.sqrt(a.reduce((total, value, i) => total + (value - (b[i] ?? 0)) ** 2, 0))
