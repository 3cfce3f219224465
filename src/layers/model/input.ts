/**
 * What is done to pictures before a user's model sees them.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { LossError } from '../../core/error.js'
import { formatValue } from '../../core/formatValue.js'
import { preprocess, PREPROCESSINGS, type Preprocessing } from '../network/preprocessing.js'

/** A named preprocessing, none (RGB in [0, 1]), or a differentiable function of RGB in [0, 1] that keeps the shape. */
export type ModelInput = Preprocessing | 'none' | ((images: Tensor4D) => Tensor4D)

/** The function that an input stands for. */
export const inputOf = (input: ModelInput): ((images: Tensor4D) => Tensor4D) => {
  if (typeof input === 'function') return input
  return input === 'none' ? (images) => images : (images) => preprocess(input, images)
}

const named: readonly unknown[] = ['none', ...PREPROCESSINGS]

/** Why this is not an input, or undefined. */
export const inputProblem = (input: unknown): LossError | undefined =>
  typeof input === 'function' || named.includes(input)
    ? undefined
    : { _tag: 'BadArgument', name: 'preprocessing', came: formatValue(input), expected: `${named.map(formatValue).join(', ')} or a function of the pictures` }
