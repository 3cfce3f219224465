/** Numbers out of tensors, and what a piece of work left behind. */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor } from '@tensorflow/tfjs'

/** The tensor's numbers; the tensor is disposed of. */
export const take = (tensor: Tensor): Float32Array => {
  const values = tensor.dataSync<'float32'>().slice()
  tensor.dispose()
  return values
}

/** The one number of a scalar; the scalar is disposed of. */
export const takeNumber = (scalar: Tensor): number => take(scalar)[0] ?? Number.NaN

/** How many tensors `work` left behind. */
export const leaked = (work: () => void): number => {
  const before = tf.memory().numTensors
  work()
  return tf.memory().numTensors - before
}

/** The gradient of a function of one tensor, as numbers. */
export const gradientOf = (f: (x: Tensor) => Tensor, x: Tensor): Float32Array => take(tf.tidy(() => tf.grad(f)(x)))

/** The value and the gradient of a function of one tensor, by one call. */
export const valueAndGradient = (f: (x: Tensor) => Scalar, x: Tensor): readonly [value: number, gradient: Float32Array] => {
  const { value, grad } = tf.valueAndGrad(f)(x)
  return [takeNumber(value), take(grad)]
}

/** The L2 norm of numbers, in double precision. */
export const norm = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0))
