/** Features by the formula of test/goldens/make_distributions.py. */
import { randomNumbers } from '../../src/distributions/randomNumbers.js'
import { statisticsOf, type FeatureStatistics } from '../../src/distributions/index.js'

/** Seed, count, dimension and shift. */
export type Made = readonly [seed: number, count: number, dimension: number, shift: number]

/** Activations that are correlated through three factors and cut off at 0. */
export const activations = ([seed, count, dimension, shift]: Made): readonly Float32Array[] => {
  const random = randomNumbers(seed)
  return Array.from({ length: count }, () => {
    const factors = [random(), random(), random()]
    return Float32Array.from({ length: dimension }, (_, j) => Math.max(0, factors[j % 3]! * 2 - 0.5 + (random() * (1 + (j % 5))) / 5 + shift * (j % 2)))
  })
}

/** Their statistics. */
export const statisticsFor = (made: Made, prefix = 'a'): FeatureStatistics =>
  statisticsOf(
    activations(made),
    Array.from({ length: made[1] }, (_, i) => `${prefix}${String(i)}`),
    { of: 'made up' },
  )
