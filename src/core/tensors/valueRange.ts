/** The value range of images, and its checks. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { LossError } from '../errors/lossError.js'
import * as tf from '@tensorflow/tfjs'

/** The values of black and white. */
export type Range = readonly [min: number, max: number]

/** Why these values are not pictures in the range: NaN, infinite, or outside; reads the tensor back. */
export const valuesProblem = (name: string, images: Tensor, range: Range): LossError | undefined => {
  const values = images.dataSync<'float32'>()
  const count = values.reduce((n, v) => (Number.isFinite(v) ? n : n + 1), 0)
  if (count > 0) return { _tag: 'NotFinite', name, count, size: values.length }
  const min = values.reduce((a, b) => Math.min(a, b), Infinity)
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const slack = (range[1] - range[0]) * ROUNDING
  return min < range[0] - slack || max > range[1] + slack ? { _tag: 'OutOfRange', name, min, max, range } : undefined
}

/** A tanh or sigmoid in float32 may pass its bound by a rounding. */
const ROUNDING = 1e-6

/** Whether a value from untyped code is a range. */
export const isRange = (range: unknown): range is Range =>
  Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && (range[0] as number) < (range[1] as number)

/** Rescales pictures from their range to [0, 1]; returns the same tensor if they are in [0, 1]. */
export const toUnit = ([min, max]: Range): ((images: Tensor4D) => Tensor4D) =>
  min === 0 && max === 1 ? (images) => images : (images) => tf.mul(min === 0 ? images : tf.sub(images, min), 1 / (max - min))
