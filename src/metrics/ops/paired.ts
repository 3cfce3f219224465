import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'

/** The two as one tensor, the reference's samples first: so one op has a gradient in both. */
export const paired = (reference: Tensor, prediction: Tensor): Tensor4D => tf.concat([reference, prediction]) as Tensor4D
