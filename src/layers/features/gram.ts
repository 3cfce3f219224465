import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { differentiable } from '../../core/tensors/differentiable.js'
import { elements } from '../../core/errors/shape.js'
import { oneOf } from '../../core/arguments/codecs.js'

/** Options of `gram`. */
export interface GramOptions {
  /** The divisor: 'elements' (default) is C * H * W, as in Johnson et al.; 'positions' is H * W, as in Gatys et al.; 'none' is 1, as in piq. */
  readonly normalize: 'elements' | 'positions' | 'none'
}

const DIVISORS: Readonly<Record<GramOptions['normalize'], (positions: number, channels: number) => number>> = {
  elements: (positions, channels) => positions * channels,
  positions: (positions) => positions,
  none: () => 1,
}

/**
 * The Gram matrix of a feature: the correlations of its channels over all positions; [batch, height, width, channels], or tokens [batch, tokens, channels], to
 * [batch, channels, channels].
 *
 * Its shape does not depend on the picture size. With F the feature as a matrix of positions by channels, G = Fᵀ F divided by the divisor.
 *
 * Source: Gatys, Ecker and Bethge, 2016, eq. 3.
 *
 * @example mse(gram(featureAt('block2_conv2'), { normalize: 'positions' }))
 */
export const gram: Transform<GramOptions> = defineTransform({
  id: 'gram',
  options: t.strict({ normalize: oneOf('elements', 'positions', 'none') }),
  defaults: { normalize: 'elements' },
  smooth: () => true,
  bound:
    ({ normalize }) =>
    (input) =>
      normalize === 'none' ? Infinity : input * input,
  shape: () => (input) =>
    input.length === 4 || input.length === 3
      ? [input[0] ?? 0, input.at(-1) ?? 0, input.at(-1) ?? 0]
      : 'a Gram matrix needs a feature [batch, height, width, channels] or tokens [batch, tokens, channels]',
  latex:
    ({ normalize }) =>
    (feature) =>
      `G_{\\text{${normalize}}}\\left(${feature}\\right)`,
  flops: () => (input) => 2 * (input.at(-1) ?? 0) * elements(input),
  tiling: ({ normalize }) => (normalize === 'none' ? 'sum' : 'mean'),
  apply:
    ({ normalize }) =>
    (feature) => {
      const channels = feature.shape.at(-1) ?? 1
      return gramOf(feature, 1 / DIVISORS[normalize](elements(feature.shape.slice(1, -1)), channels))
    },
})

/** s Fᵀ F of each sample; its gradient is s F (dG + dGᵀ). One sample at a time, transposes made first: so the WASM backend multiplies ten times faster. */
const gramOf = (feature: Tensor, scale: number): Tensor =>
  differentiable(feature, (x, save) => {
    save([x])
    const grams = matrices(x).map((matrix) => tf.matMul(tf.transpose(matrix), matrix))
    return {
      value: tf.mul(tf.stack(grams), scale),
      gradient: (dy, [saved = x]) => {
        const both = matrices(tf.mul(tf.add(dy, tf.transpose(dy, [0, 2, 1])), scale))
        const rows = matrices(saved).map((matrix, i) => tf.matMul(matrix, both[i] ?? matrix))
        return tf.reshape(tf.stack(rows), saved.shape)
      },
    }
  })

/** Each sample as a matrix, its last axis the columns. */
const matrices = (x: Tensor): readonly tf.Tensor2D[] => {
  const columns = x.shape.at(-1) ?? 1
  const samples = x.shape[0] === 1 ? [x] : tf.unstack(x)
  return samples.map((sample) => tf.reshape(sample, [-1, columns]))
}
