/**
 * Checks of image batches before any work.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { LossError } from '../errors/lossError.js'
import { tensorRemedy } from '../errors/foreignKind.js'
import { formatValue } from '../errors/formatValue.js'
import { isTensor } from '../arguments/guards.js'
import { hasTensor } from './engine.js'

/** Why this tensor cannot be read: disposed of, or from another copy of TensorFlow.js; or undefined. */
export const goneProblem = (name: string, value: Tensor): LossError | undefined => {
  if (value.isDisposed) return { _tag: 'Disposed', what: `The tensor '${name}'` }
  return hasTensor(value) ? undefined : { _tag: 'AnotherTensorFlow', what: `'${name}'`, ours: tf.version_core }
}

/** Why this is not an image batch, or undefined. */
export const imagesProblem = (name: string, value: unknown): LossError | undefined => {
  const bad = (problem: Extract<LossError, { readonly _tag: 'BadImages' }>['problem'], received: string): LossError => ({
    _tag: 'BadImages',
    name,
    problem,
    received,
  })
  if (!isTensor(value)) return { _tag: 'BadImages', name, problem: 'tensor', received: formatValue(value), ...tensorRemedy(value) }
  const gone = goneProblem(name, value)
  if (gone !== undefined) return gone
  const received = `a ${value.dtype} tensor [${value.shape.join(', ')}]`
  if (value.shape.length !== 4) return bad('rank', received)
  if (value.dtype !== 'float32') return bad('dtype', received)
  if (value.shape[3] !== 3) return bad('channels', received)
  return value.shape.includes(0) ? bad('empty', received) : undefined
}
