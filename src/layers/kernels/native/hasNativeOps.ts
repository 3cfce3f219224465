/** Whether the backend in use has the ops of this package, which `npx perceptual-loss native` compiles, and they give what TensorFlow's own give; tried once a backend. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { isOnGpu } from '../../../core/tensors/namedOps.js'
import { pictureOpsWork } from './pictureOps.js'
import { poolingOpsWork } from './poolingGradientOps.js'
import { winogradOpWorks } from './winogradOp.js'

const probed = new WeakMap<object, boolean>()

/** Whether it has. */
export const hasNativeOps = (): boolean => {
  const backend = tf.backend()
  const known = probed.get(backend)
  if (known !== undefined) return known
  const has = !isOnGpu() && tf.tidy(probe)
  probed.set(backend, has)
  return has
}

const numbers = (seed: number, shape: [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(seed + 3 * i)),
    shape,
  )

/** The unknown ops of an installation without them throw. */
const probe = (): boolean => {
  try {
    return winogradOpWorks(numbers) && pictureOpsWork(numbers) && poolingOpsWork(numbers)
  } catch {
    return false
  }
}
