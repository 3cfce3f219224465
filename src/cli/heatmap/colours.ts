/** Heat in colours: perceptually even, dark to bright. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** matplotlib's inferno (CC0), at ten even places. */
const INFERNO = ['#000004', '#1b0c41', '#4a0c6b', '#781c6d', '#a52c60', '#cf4446', '#ed6925', '#fb9b06', '#f7d13d', '#fcffa4']

const CHANNELS = INFERNO.map((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255))

/** [1, height, width, 1] as RGB in [0, 1]: 0 and less darkest, `max` and more brightest. */
export const inColours = (heat: Tensor4D, max: number): Tensor4D =>
  tf.tidy(() => {
    const place = tf.mul(tf.clipByValue(tf.div(tf.squeeze(heat, [3]), max), 0, 1), INFERNO.length - 1)
    const below = tf.minimum(tf.floor(place), INFERNO.length - 2)
    const share = tf.expandDims(tf.sub(place, below), 3)
    const table = tf.tensor2d(CHANNELS)
    const at = tf.cast(below, 'int32')
    const [from, to] = [tf.gather(table, at), tf.gather(table, tf.cast(tf.add(below, 1), 'int32'))]
    return tf.add(from, tf.mul(tf.sub(to, from), share))
  })
