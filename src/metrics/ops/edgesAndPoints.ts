/** The strength of edges and of points at one scale, by derivatives of a Gaussian. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { gaussianWindow, type Window } from '../../core/tensors/gaussianWindow.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { correlated } from './correlated.js'
import { replicated } from './replicated.js'
import { shifted } from './shifted.js'

/** Windows of one scale. */
export interface Derivatives {
  readonly radius: number
  /** The Gaussian across. */
  readonly across: Window
  /** The first and the second derivative along, as weights of the differences of neighbours. */
  readonly edge: readonly number[]
  readonly point: readonly number[]
}

/** The derivatives of a Gaussian of this standard deviation in positions, up to three times that; their positive weights sum to 1, their negative ones to -1. */
export const derivatives = (sigma: number): Derivatives => {
  const radius = Math.ceil(3 * sigma)
  const at = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius)
  const bell = at.map((x) => Math.exp(-(x ** 2) / (2 * sigma ** 2)))
  const weights = (of: (x: number) => number): readonly number[] => ofDifferences(balanced(at.map((x, i) => of(x) * (bell[i] ?? 0))))
  return { radius, across: gaussianWindow(2 * radius + 1, sigma), edge: weights((x) => -x), point: weights((x) => (x / sigma) ** 2 - 1) }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

const balanced = (weights: readonly number[]): readonly number[] => {
  const [above, below] = [sumOf(weights.filter((w) => w > 0)), -sumOf(weights.filter((w) => w < 0))]
  return weights.map((w) => (w < 0 ? w / below : w / above))
}

/** Weights that sum to 0 as weights of differences of neighbours: then a flat picture gives exactly 0. */
const ofDifferences = (weights: readonly number[]): readonly number[] => weights.slice(0, -1).map((_, i) => -sumOf(weights.slice(0, i + 1)))

/** The lengths of the edge and of the point response at each position, the picture's edges repeated: [batch, height, width, 1] to [batch, height, width, 2]. */
export const edgesAndPoints = (x: Tensor4D, { radius, across, edge, point }: Derivatives): Tensor4D => {
  const wide = replicated(x, radius, radius)
  const [down, right] = ([1, 2] as const).map((axis) => {
    const differences = tf.sub<Tensor4D>(shifted(wide, axis, 1, 1), shifted(wide, axis, 0, 1))
    return correlated(tf.concat([correlated(differences, axis, edge), correlated(differences, axis, point)], 3), axis === 1 ? 2 : 1, across)
  }) as [Tensor4D, Tensor4D]
  return safeSqrt(tf.add<Tensor4D>(tf.square(down), tf.square(right)))
}
