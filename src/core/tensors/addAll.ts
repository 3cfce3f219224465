import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** WebGPU gives a program 8 buffers, the sum's own among them: with more, TensorFlow.js' addN silently leaves what was in memory. */
const MOST_ADDENDS = 7

/** The sum of one or more tensors of one shape. */
export const addAll = <T extends Tensor>(parts: readonly T[]): T =>
  parts.length <= MOST_ADDENDS ? tf.addN([...parts]) : tf.add(tf.addN(parts.slice(0, MOST_ADDENDS)), addAll(parts.slice(MOST_ADDENDS)))
