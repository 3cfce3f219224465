/**
 * Where two pictures differ, as a picture for people.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { CompiledLoss } from '../index.js'

/** The colour of the greatest heat. */
const HOT = [0.85, 0.05, 0.15]
/** How much of the picture itself is left to see where nothing is hot. */
const FAINT = 0.35
/** No heat at all stays cold: 0 / 0 is no number, and float32 has none smaller that is not 0. */
const COLD = 1e-37

/** The picture in pale grey, red where the loss comes from: [1, height, width, 3] in [0, 1]; the hottest pixel is the reddest. */
export const heatPicture = (loss: CompiledLoss, reference: Tensor4D, picture: Tensor4D): Tensor4D =>
  tf.tidy(() => {
    const heat = tf.relu(loss.heatmap(reference, picture))
    const share = tf.div(heat, tf.maximum(tf.max(heat), COLD))
    const pale = tf.add(tf.mul(tf.mean(picture, 3, true), FAINT), 1 - FAINT)
    return tf.clipByValue(tf.add<Tensor4D>(tf.mul(pale, tf.sub(1, share)), tf.mul(share, tf.tensor1d(HOT))), 0, 1)
  })
