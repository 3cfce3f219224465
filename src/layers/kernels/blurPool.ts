/**
 * Blurred downsampling: each channel blurred with [1 2 1; 2 4 2; 1 2 1] / 16, then every second position.
 *
 * The picture is mirrored by two positions at each edge, the outermost ones not repeated, so a side n becomes floor((n + 1) / 2) + 1.
 *
 * Source: Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019; Ghildyal and Liu, "Shift-tolerant Perceptual Similarity Metric", 2022, section 4.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { amongZeros } from '../../core/tensors/everySecond.js'
import type { ReceptiveField } from '../../core/language/receptiveField.js'
import { binomialFilter } from './binomialFilter.js'
import type { Step } from './step.js'

const MARGIN = 2

/** The receptive field of a position in the mirrored picture. */
export const BLUR: ReceptiveField = { stride: 2, before: MARGIN, size: 3 }

/** The shortest side that can be mirrored. */
const SHORTEST = MARGIN + 1

/** The length of a side after blurring; 0 if it is too short to be mirrored. */
export const blurPooledSide = (side: number): number => (side < SHORTEST ? 0 : Math.floor((side + 1) / 2) + 1)

type Axis = 1 | 2

const part = (x: Tensor4D, axis: Axis, begin: number, size: number): Tensor4D =>
  axis === 1 ? tf.slice(x, [0, begin, 0, 0], [-1, size, -1, -1]) : tf.slice(x, [0, 0, begin, 0], [-1, -1, size, -1])

const mirrored = (x: Tensor4D, axis: Axis): Tensor4D => {
  const edge = (begin: number): Tensor4D => tf.reverse(part(x, axis, begin, MARGIN), axis)
  return tf.concat([edge(1), x, edge(x.shape[axis] - 1 - MARGIN)], axis)
}

/** The transpose of `mirrored`: adds the margins to the positions that they mirror. */
const folded = (x: Tensor4D, axis: Axis): Tensor4D => {
  const side = x.shape[axis] - 2 * MARGIN
  const added = (begin: number, before: number): Tensor4D => {
    const around: [number, number] = [before, side - before - MARGIN]
    const none: [number, number] = [0, 0]
    return tf.pad(tf.reverse(part(x, axis, begin, MARGIN), axis), [none, axis === 1 ? around : none, axis === 2 ? around : none, none])
  }
  return tf.add(part(x, axis, MARGIN, side), tf.add<Tensor4D>(added(0, 1), added(side + MARGIN, side - 1 - MARGIN)))
}

/** Blurred downsampling as a step of a network. */
export const blurPool: Step = {
  keeps: { input: false, output: false },
  ready: () => undefined,
  forward: (x) => tf.tidy(() => tf.depthwiseConv2d(mirrored(mirrored(x, 1), 2), binomialFilter(x.shape[3]), 2, 'valid')),
  backward: (dy, { from: [, height = 0, width = 0, channels = 0] }) =>
    tf.tidy(() => {
      const [, rows, columns] = dy.shape
      const around: [number, number] = [2, 2]
      const spread = tf.pad(amongZeros(dy, 2 * rows, 2 * columns), [[0, 0], around, around, [0, 0]])
      const blurred = tf.depthwiseConv2d<Tensor4D>(spread, binomialFilter(channels), 1, 'valid')
      const inside = tf.slice<tf.Rank.R4, Tensor4D>(blurred, [0, 0, 0, 0], [-1, height + 2 * MARGIN, width + 2 * MARGIN, -1])
      return folded(folded(inside, 1), 2)
    }),
}
