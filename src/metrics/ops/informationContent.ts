/**
 * How much information two pictures share with the eye at each position, in bits: the weight of a position in IW-SSIM.
 *
 * A neighbourhood of the reference (3 x 3 positions, and their parent one scale coarser) is a Gaussian with the covariance C of all neighbourhoods, scaled by its own size s; the
 * prediction is gain times that and distortion; the eye adds noise. With the eigenvalues λ of C, the sum over them of log2(1 + ((v + (1 + g²) n) s λ + n v) / n²).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { blur, type Window } from '../../core/tensors/gaussianWindow.js'
import { jacobi } from './jacobi.js'

/** The variance of the eye's noise, for values in 0 .. 255. */
const NOISE = 0.4

/** A variance is none if it is that of rounding: of a square, by a share of it; of a detail, by a share of the picture that it is the difference of; or below piq's limit. */
const ROUNDING = { square: 1e-6, picture: 4e-6, least: 2.2e-16 }

/** Eigenvalues below this share of the largest are none. */
const SINGULAR = 1e-7

const THREE: Window = [1 / 3, 1 / 3, 1 / 3]

/** Positions of a neighbourhood, with the parent. */
const SIZE = 10

/** A scale of a pyramid: the picture that is reduced there, and its details. */
export interface Level {
  readonly picture: Tensor4D
  readonly details: Tensor4D
}

/** The details of a scale of the reference, and those of the next coarser one, where they count. */
export interface Scale {
  readonly of: Tensor4D
  readonly parent: Tensor4D | undefined
}

/** What is known of a scale's neighbourhoods: how large each is, [batch, height - 2, width - 2, 1], and the eigenvalues of their covariance, [batch, 1, 1, count]. */
export interface Neighbourhoods {
  readonly sizes: Tensor4D
  readonly eigenvalues: Tensor4D
}

/** One row or column more at both ends, continued in a straight line; then every second one. */
const extended = (x: Tensor4D, axis: 1 | 2): Tensor4D => {
  const size = x.shape[axis]
  const at = (position: number): Tensor4D => tf.slice(x, axis === 1 ? [0, position, 0, 0] : [0, 0, position, 0], axis === 1 ? [-1, 1, -1, -1] : [-1, -1, 1, -1])
  const beyond = (edge: number, next: number): Tensor4D => tf.sub(tf.mul(at(edge), 2), at(next))
  const inner = Array.from({ length: (size - 1) / 2 }, (_, i) => 2 * i + 1)
  const between = tf.gather(x, tf.tensor1d(inner, 'int32'), axis)
  return tf.concat([beyond(0, 1), between, beyond(size - 1, size - 2)], axis)
}

/** The coarser scale at twice its size, as the authors enlarge it. */
const enlarged = (parent: Tensor4D, height: number, width: number): Tensor4D => {
  const [, high, wide] = parent.shape
  const quadruple = tf.image.resizeBilinear(parent, [4 * high - 3, 4 * wide - 3], false, true)
  return tf.slice(extended(extended(quadruple, 1), 2), [0, 0, 0, 0], [-1, height, width, -1])
}

/** All neighbourhoods: [batch, positions, 10], zeros for a parent that is not there. */
const neighbourhoods = ({ of, parent }: Scale): Tensor3D => {
  const [batch, height, width] = of.shape
  const inner = (x: Tensor4D, row: number, column: number): Tensor4D => tf.slice(x, [0, row, column, 0], [-1, height - 2, width - 2, -1])
  const nine = Array.from({ length: 9 }, (_, i) => inner(of, Math.floor(i / 3), i % 3))
  const tenth = parent === undefined ? tf.zerosLike(inner(of, 0, 0)) : inner(enlarged(parent, height, width), 1, 1)
  return tf.reshape(tf.concat([...nine, tenth], 3), [batch, -1, SIZE])
}

/** Of the scales of a reference, which count as constants. */
export const neighbourhoodsOf = (scales: readonly Scale[]): readonly Neighbourhoods[] =>
  stopGradient(() => {
    const all = scales.map((scale) => ({ ...scale, x: neighbourhoods(scale) }))
    const covariances = all.map(({ x }) => tf.div<Tensor3D>(tf.matMul(tf.transpose(x, [0, 2, 1]), x), x.shape[1]))
    const { values, vectors } = jacobi(tf.concat(covariances))
    return all.map(({ of, parent, x }, i) => {
      const [batch, height, width] = of.shape
      const begin = i * batch
      const eigenvalues = tf.relu(tf.slice(values, [begin, 0], [batch, -1]))
      const least = tf.mul(tf.max(eigenvalues, 1, true), SINGULAR)
      const isThere = tf.cast(tf.greater(eigenvalues, least), 'float32')
      const inverse = tf.div(isThere, tf.add(eigenvalues, tf.sub(1, isThere)))
      const along = tf.matMul(x, tf.slice(vectors as Tensor3D, [begin, 0, 0], [batch, -1, -1]))
      const squares = tf.matMul(tf.square(along), tf.reshape(inverse, [batch, SIZE, 1]))
      const count = parent === undefined ? SIZE - 1 : SIZE
      return {
        sizes: tf.reshape(tf.div(squares, count), [batch, height - 2, width - 2, 1]),
        eigenvalues: tf.reshape(tf.slice(eigenvalues, [0, 0], [-1, count]), [batch, 1, 1, count]),
      }
    })
  })

/** The variance of each 3 x 3 neighbourhood's details and their mean; `isThere` is 0 where the variance is that of rounding, else 1. */
const spreadOf = ({ picture, details }: Level): { readonly mean: Tensor4D; readonly variance: Tensor4D; readonly isThere: Tensor } => {
  const [mean, square] = [blur(details, THREE), blur(tf.square<Tensor4D>(details), THREE)]
  const variance = tf.relu(tf.sub<Tensor4D>(square, tf.square(mean)))
  const isThere = stopGradient(() => {
    const ofPicture = tf.square(tf.mul(blur(picture, THREE), ROUNDING.picture))
    return tf.cast(tf.greaterEqual(variance, tf.add(tf.add(tf.mul(square, ROUNDING.square), ofPicture), ROUNDING.least)), 'float32')
  })
  return { mean, variance, isThere }
}

/** The bits at each inner position: [batch, height - 2, width - 2, 1]. */
export const informationContent = (reference: Level, prediction: Level, { sizes, eigenvalues }: Neighbourhoods): Tensor4D => {
  const [x, y] = [spreadOf(reference), spreadOf(prediction)]
  const both = tf.sub(blur(tf.mul(reference.details, prediction.details), THREE), tf.mul(x.mean, y.mean))
  const gain = tf.mul(tf.div(both, tf.add(x.variance, tf.sub(1, x.isThere))), tf.mul(x.isThere, y.isThere))
  const distortion = tf.relu(tf.mul(tf.sub(y.variance, tf.mul(gain, both)), y.isThere))
  const signal = tf.mul(tf.add(distortion, tf.mul(tf.add(tf.square(gain), 1), NOISE)), sizes)
  const each = tf.div<Tensor4D>(tf.add(tf.mul(signal, eigenvalues), tf.mul(distortion, NOISE)), NOISE ** 2)
  return tf.mul(tf.sum(tf.log(tf.add(each, 1)), 3, true), Math.LOG2E)
}
