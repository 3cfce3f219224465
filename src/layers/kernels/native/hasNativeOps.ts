/** Whether the backend in use has the ops of this package, which `npx perceptual-loss native` compiles, and they give what TensorFlow's own give; tried once a backend. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { triedOnce } from '../../../core/tensors/triedOnce.js'
import { pictureOpsWork } from './pictureOps.js'
import { poolingOpsWork } from './poolingGradientOps.js'
import { winogradOpWorks } from './winogradOp.js'

const numbers = (seed: number, shape: [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(seed + 3 * i)),
    shape,
  )

/** Whether it has. */
export const hasNativeOps = triedOnce(() => winogradOpWorks(numbers) && pictureOpsWork(numbers) && poolingOpsWork(numbers))
