/** Images with zeros between their positions, and images moved to another place. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

type Sides = readonly [height: number, width: number]

/** Puts `stride - 1` zeros between neighbouring positions: [batch, height, width, channels] to [batch, (height - 1) * stride + 1, (width - 1) * stride + 1, channels]. */
export const dilate = (x: Tensor4D, [down, right]: Sides): Tensor4D => {
  if (down === 1 && right === 1) return x
  const [batch, height, width, channels] = x.shape
  const columns = tf.pad(tf.reshape(x, [batch * height * width, 1, channels]), [
    [0, 0],
    [0, right - 1],
    [0, 0],
  ])
  const rows = tf.pad(tf.reshape(columns, [batch * height, 1, width * right * channels]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
  ])
  const whole = tf.reshape<tf.Rank.R4>(rows, [batch, height * down, width * right, channels])
  return tf.slice(whole, [0, 0, 0, 0], [-1, (height - 1) * down + 1, (width - 1) * right + 1, -1])
}

/** Moves images down and right by `before` (up and left where it is negative) in a frame of these sides: zeros fill it, and what lies outside is cut off. */
export const cropOrPad = (x: Tensor4D, [top, left]: Sides, [height, width]: Sides): Tensor4D => {
  const cut = tf.slice<tf.Rank.R4, Tensor4D>(
    x,
    [0, Math.max(0, -top), Math.max(0, -left), 0],
    [-1, Math.min(x.shape[1] + Math.min(0, top), height - Math.max(0, top)), Math.min(x.shape[2] + Math.min(0, left), width - Math.max(0, left)), -1],
  )
  const [rows, columns] = [Math.max(0, top), Math.max(0, left)]
  return tf.pad(cut, [
    [0, 0],
    [rows, height - rows - cut.shape[1]],
    [columns, width - columns - cut.shape[2]],
    [0, 0],
  ])
}
