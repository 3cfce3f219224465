import type { NamedLoss } from '../namedLosses.js'

/** The smallest and the largest distance that scores are expected to report, as logarithms. */
const [LEAST, MOST] = [-30, 10]

/** Halvings of the range: to 1e-8. */
const STEPS = 32

/** The logarithm of the distance that a loss reports as this score: by bisection, since scores fall with distances or are these. */
export const logDistance = ({ report, similarity }: Pick<NamedLoss, 'report' | 'similarity'>, score: number): number => {
  if (Number.isNaN(score)) return Number.NaN
  let [low, high] = [LEAST, MOST]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    const reported = report(Math.exp(middle))
    if (similarity ? reported >= score : reported <= score) low = middle
    else high = middle
  }
  return (low + high) / 2
}
