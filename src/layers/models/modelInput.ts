/**
 * Preprocessing of pictures for a user's model.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { formatValue } from '../../core/errors/formatValue.js'
import { preprocess, PREPROCESSINGS, type Preprocessing } from '../architecture/preprocessing.js'
import type { Accepted } from '../../core/arguments/checkOptions.js'

/** A named preprocessing, none (RGB in [0, 1]), or a differentiable function of RGB in [0, 1] that keeps the shape. */
export type ModelInput = Preprocessing | 'none' | ((images: Tensor4D) => Tensor4D)

/** The function for an input. */
export const inputOf = (input: ModelInput): ((images: Tensor4D) => Tensor4D) => {
  if (typeof input === 'function') return input
  return input === 'none' ? (images) => images : (images) => preprocess(input, images)
}

const named: readonly unknown[] = ['none', ...PREPROCESSINGS]

/** The accepted values of a model's option `preprocessing`. */
export const anInput: Accepted = {
  name: `${named.map(formatValue).join(', ')} or a function of the pictures`,
  is: (value) => typeof value === 'function' || named.includes(value),
}
