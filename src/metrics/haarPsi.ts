import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { greyProblem } from './gmsd.js'
import { yiqOf } from './ops/yiq.js'
import { dissimilarity, halvedOverZeros } from './ops/edges.js'
import { magnitude } from './ops/magnitude.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { shifted } from './ops/shifted.js'
import { elements } from '../core/errors/shape.js'
import { oneOf, positive } from '../core/arguments/codecs.js'

/** Options of `haarPsi`. */
export interface HaarPsiOptions {
  /** The constant C, which suppresses weak coefficients, for values in 0 .. 255; default 30. */
  readonly C: number
  /** The steepness alpha of the logistic function; default 4.2. */
  readonly alpha: number
  /** 'rgb' (default): luma at two orientations and the chroma of YIQ; 'each': every channel as a greyscale picture, for any feature. */
  readonly channels: 'rgb' | 'each'
}

type Three = readonly [Tensor4D, Tensor4D, Tensor4D]

/** The size of the coarsest wavelet. */
const LARGEST = 8

/** Every channel as a picture of its own: [batch, height, width, channels] to [batch * channels, height, width, 1]. */
const separate = (x: Tensor): Tensor4D => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1])
}

/** The sums of blocks from a size to the next: of two neighbours that are `half` positions apart. */
const doubled = (x: Tensor4D, axis: 1 | 2, half: number): Tensor4D => tf.add(shifted(x, axis, 0, half), shifted(x, axis, half, half))

/**
 * Haar's wavelets of sizes 2, 4 and 8 at both orientations, with zeros around: [batch, height, width, 1] to [batch, height, width, 2] each.
 *
 * Differences of sums of neighbouring blocks, of which each is the sum of two smaller ones: where a picture is flat they are exactly 0, and so is their gradient, rather than the sign of a rounding.
 */
const wavelets = (x: Tensor4D): Three => {
  const [, height, width] = x.shape
  const [before, after] = [LARGEST / 2 - 1, LARGEST / 2]
  let blocks = tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]]) // prettier-ignore
  const sizes: Tensor4D[] = []
  for (let size = 2; size <= LARGEST; size *= 2) {
    const half = size / 2
    const [wide, high] = [doubled(blocks, 2, half), doubled(blocks, 1, half)]
    const begin = before - (half - 1)
    const at = (of: Tensor4D, down: number, across: number): Tensor4D => tf.slice(of, [0, begin + down, begin + across, 0], [-1, height, width, -1])
    const across = [at(wide, 0, 0), at(wide, half, 0), at(high, 0, 0), at(high, 0, half)] as const
    sizes.push(tf.mul(tf.concat([tf.sub(across[0], across[1]), tf.sub(across[2], across[3])], 3), 1 / size))
    if (size < LARGEST) blocks = doubled(wide, 1, half)
  }
  return sizes as unknown as Three
}

/** Distances and their weights, from luma: [batch, height, width, 2] each. */
const ofLuma = (x: Tensor4D, y: Tensor4D, C: number): readonly [Tensor4D, Tensor4D] => {
  const [[fineX, middleX, coarseX], [fineY, middleY, coarseY]] = [x, y].map((of) => wavelets(of).map(magnitude)) as unknown as [Three, Three]
  return [tf.mul(tf.add(dissimilarity(fineX, fineY, C), dissimilarity(middleX, middleY, C)), 0.5), tf.maximum(coarseX, coarseY)]
}

/** The distance of chroma, averages of 2 x 2 with zeros below and to the right: [batch, height, width, 1]. */
const ofChroma = (x: Tensor4D, y: Tensor4D, C: number): Tensor4D => {
  const smooth = (of: Tensor4D): Tensor4D => {
    const wide = tf.pad(of, [[0, 0], [0, 1], [0, 1], [0, 0]]) // prettier-ignore
    return magnitude(tf.mul<Tensor4D>(doubled(doubled(wide, 2, 1), 1, 1), 0.25))
  }
  return tf.mean(dissimilarity(smooth(x), smooth(y), C), 3, true)
}

/** 1.2e-7, for pictures without any coarse coefficient. */
const EPSILON = 2 ** -23

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * 1 less the square of the logit of the weighted mean of logistic(alpha (1 - d)), over alpha. With s(alpha) - s(alpha - e) = s(-alpha) s(alpha - e) (exp(e) - 1), it is
 * computed from what is missing to s(alpha), and so exactly 0 where all d are.
 */
const pooled = (distance: Tensor4D, weight: Tensor4D, alpha: number): Tensor1D => {
  const excess = tf.mul(distance, alpha)
  const short = tf.mul(tf.mul(tf.sigmoid(tf.sub(alpha, excess)), tf.sub(tf.exp(excess), 1)), logistic(-alpha))
  const missing = tf.div(perSampleSum(tf.mul(short, weight)), tf.add(perSampleSum(weight), EPSILON))
  const ratio = tf.sub(tf.log(tf.add(tf.div(missing, logistic(-alpha)), 1)), tf.log(tf.sub(1, tf.div(missing, logistic(alpha)))))
  const lost = tf.div(ratio, alpha)
  return tf.mul(lost, tf.sub<Tensor1D>(2, lost))
}

/**
 * 1 - HaarPSI, the Haar wavelet-based perceptual similarity index: differences of Haar wavelets at two fine scales, weighted by a coarser scale.
 *
 * At half size, in 0 .. 255: 1 less similarity, (a - b)² / (a² + b² + C) of the wavelets' magnitudes of luma and of the means of chroma, goes through a logistic function,
 * is averaged with the weight max(a, b) of the coarse wavelet, and is mapped back.
 *
 * Value: [0, 1], zero on identity, symmetric. RGB, or with `channels: 'each'` any feature, of any size: outside of it is black (piq refuses sides below 16, and gives no
 * number where both pictures have one colour). C is made for values in [0, 1].
 *
 * Source: Reisenhofer, Bosse, Kutyniok and Wiegand, "A Haar wavelet-based perceptual similarity index for image quality assessment", 2018; `piq.haarpsi`.
 *
 * @example haarPsi(pixels)
 */
export const haarPsi: Metric<HaarPsiOptions> = defineMetric({
  id: 'haarPsi',
  options: t.strict({ C: positive, alpha: positive, channels: oneOf('rgb', 'each') }),
  defaults: { C: 30, alpha: 4.2, channels: 'rgb' },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts:
    ({ channels }) =>
    (feature) =>
      greyProblem(feature, channels === 'rgb' ? 'luma' : 'each'),
  // At half size, of both pictures: some twenty sums and differences for the wavelets, and some sixty operations on what comes out.
  flops:
    ({ channels }) =>
    (feature) =>
      ((2 * 20 + 60) / 4) * (elements(feature) / (channels === 'rgb' ? 3 : 1)),
  tiling: () => ({ refused: 'normalizes its weights over the whole picture' }),
  apply:
    ({ C, alpha, channels }) =>
    (reference, prediction) => {
      // Multiplied first: numbers of 8 bits are whole then, and sums of them that are equal are so to the last digit.
      const half = (x: Tensor): Tensor4D => halvedOverZeros(tf.mul(x, 255))
      if (channels === 'each') {
        const [x, y] = [half(separate(reference)), half(separate(prediction))]
        const [batch = 0] = prediction.shape
        return tf.mean(tf.reshape(pooled(...ofLuma(x, y, C), alpha), [batch, -1]), 1)
      }
      const [[lumaX, chromaX], [lumaY, chromaY]] = [reference, prediction].map((rgb) => yiqOf(half(rgb))) as [[Tensor4D, Tensor4D], [Tensor4D, Tensor4D]]
      const [distance, weight] = ofLuma(lumaX, lumaY, C)
      const all = tf.concat([distance, ofChroma(chromaX, chromaY, C)], 3)
      return pooled(all, tf.concat([weight, tf.mean<Tensor4D>(weight, 3, true)], 3), alpha)
    },
})
