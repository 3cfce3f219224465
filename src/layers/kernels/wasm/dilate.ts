/** Images or volumes with zeros between their positions, or moved to another place. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs'

/** A number for each axis between batch and channels. */
type PerAxis = readonly number[]

const product = (sizes: readonly number[]): number => tf.util.sizeFromShape([...sizes])

/** Puts `stride - 1` zeros between neighbouring positions along each axis: a side of n becomes (n - 1) * stride + 1. */
export const dilate = <T extends Tensor4D | Tensor5D>(x: T, strides: PerAxis): T => {
  if (strides.every((stride) => stride === 1)) return x
  const [batch, sides, channels] = [x.shape[0], x.shape.slice(1, -1), x.shape.at(-1) ?? 0]
  const whole = sides.map((side, i) => side * (strides[i] ?? 1))
  const spread = strides.reduceRight<Tensor>((z, stride, i) => {
    const rows = tf.reshape(z, [batch * product(sides.slice(0, i + 1)), 1, product(whole.slice(i + 1)) * channels])
    return tf.pad(rows, [[0, 0], [0, stride - 1], [0, 0]]) // prettier-ignore
  }, x)
  const reach = sides.map((side, i) => (side - 1) * (strides[i] ?? 1) + 1)
  const all = tf.reshape(spread, [batch, ...whole, channels])
  return tf.slice<tf.Rank, T>(all as T, x.shape.map(() => 0), [-1, ...reach, -1]) // prettier-ignore
}

/** Moves by `before` along each axis (backwards where it is negative) in a frame of these sides: zeros fill it, and what lies outside is cut off. */
export const cropOrPad = <T extends Tensor4D | Tensor5D>(x: T, before: PerAxis, frame: PerAxis): T => {
  const sides = x.shape.slice(1, -1)
  const [from, to] = [before.map((shift) => Math.max(0, -shift)), before.map((shift) => Math.max(0, shift))]
  const kept = sides.map((side, i) => Math.min(side - (from[i] ?? 0), (frame[i] ?? 0) - (to[i] ?? 0)))
  const cut = tf.slice<tf.Rank, T>(x, [0, ...from, 0], [-1, ...kept, -1])
  const around = kept.map((side, i): [number, number] => [to[i] ?? 0, (frame[i] ?? 0) - (to[i] ?? 0) - side])
  return tf.pad(cut, [[0, 0], ...around, [0, 0]])
}
