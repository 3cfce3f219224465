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

/** The picture in pale grey, red where the loss comes from: [1, height, width, 3] in [0, 1]; the hottest pixel is the reddest. */
export const heatPicture = (loss: CompiledLoss, reference: Tensor4D, picture: Tensor4D): Tensor4D =>
  tf.tidy(() => {
    const heat = heatOf(loss, reference, picture)
    const hottest = tf.maximum(tf.max(heat), Number.MIN_VALUE)
    const share = tf.sqrt(tf.div(tf.relu(heat), hottest))
    const pale = tf.add(tf.mul(tf.mean(picture, 3, true), FAINT), 1 - FAINT)
    return tf.clipByValue<Tensor4D>(tf.add(tf.mul(pale, tf.sub(1, share)), tf.mul(share, tf.tensor1d(HOT))), 0, 1)
  })

/** How much of the loss each pixel has: the gradient there times the difference there, over the colours. */
const heatOf = (loss: CompiledLoss, reference: Tensor4D, picture: Tensor4D): Tensor4D => {
  const gradient = tf.grad((x) => loss(reference, x))(picture)
  return tf.sum<Tensor4D>(tf.abs(tf.mul<Tensor4D>(gradient as Tensor4D, tf.sub(picture, reference))), 3, true)
}
