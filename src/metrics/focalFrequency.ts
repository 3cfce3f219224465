import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { stopGradient } from '../core/tensors/engine.js'
import { differentiable, differentiableOnce, type Forward } from '../core/tensors/differentiable.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { fourier } from './ops/fourier.js'
import { fourierFlops } from './ops/fourierByMatrices.js'
import { elements } from '../core/errors/shape.js'
import { between, count } from '../core/arguments/codecs.js'

/** Options of `focalFrequency`. */
export interface FocalFrequencyOptions {
  /** The focus on hard frequencies: the weight is the difference to this power, up to 8; default 1. With 0 all frequencies have equal weight. */
  readonly alpha: number
  /** The number of patches along height and width, each transformed separately, up to 64; default 1. */
  readonly patchFactor: number
  /** Whether the weight w is replaced by log(1 + w); default false. */
  readonly logMatrix: boolean
}

/** Height and width cut into equal parts, which become samples, part by part. */
const patches = (x: Tensor4D, factor: number): Tensor4D =>
  factor === 1 ? x : tf.concat(tf.split<Tensor4D>(x, factor, 1).flatMap((row) => tf.split<Tensor4D>(row, factor, 2)))

/** Of squared distances [batch, channels, height, width]: the weights, at most 1 in each patch and channel. */
const weights = (squared: Tensor, { alpha, logMatrix }: FocalFrequencyOptions): Tensor => {
  const power = alpha === 0 ? tf.onesLike(squared) : tf.pow(squared, alpha / 2)
  const raw = logMatrix ? tf.log(tf.add(power, 1)) : power
  const largest = tf.max(raw, [2, 3], true)
  const isZero = stopGradient(() => tf.cast(tf.equal(largest, 0), 'float32'))
  return tf.div(raw, tf.add(largest, isZero))
}

/** The mean of w |F|² of each patch, F the spectrum of a difference [batch, height, width, channels]. Its gradient takes w as given: 2 w F, transformed back. */
const focused = (difference: Tensor4D, options: FocalFrequencyOptions): Tensor1D =>
  options.alpha === 0
    ? differentiable(difference, focusing(options))
    : differentiableOnce(
        difference,
        focusing(options),
        'its gradient treats the weights of the frequencies as constants, so it is not the gradient of any function',
      )

const focusing =
  (options: FocalFrequencyOptions): Forward<Tensor1D> =>
  (x, save) => {
    const [batch = 0, height = 1, width = 1, channels = 1] = x.shape
    const real = tf.transpose(x, [0, 3, 1, 2])
    const spectrum = fourier(tf.stack([real, tf.zerosLike(real)]))
    const squared = tf.sum(tf.square(spectrum), 0)
    const weight = weights(squared, options)
    save([tf.mul(spectrum, weight)])
    const count = height * width * channels
    return {
      value: perSampleMean(tf.mul(weight, squared)),
      gradient: (dy, [weighted = spectrum]) => {
        const [back] = tf.unstack(fourier(weighted, -1)) as [Tensor]
        return tf.mul(tf.transpose(back, [0, 2, 3, 1]), tf.reshape(tf.mul(dy, 2 / count), [batch, 1, 1, 1]))
      },
    }
  }

/**
 * Focal frequency loss: the squared difference of the pictures' spectra, with larger weights for frequencies that differ more.
 *
 * With F the orthonormal Fourier transform of the difference, the mean of w |F|² over frequencies and channels, w = |F|^alpha over the largest of the patch and channel. As
 * in the authors' program w is a constant: no gradient flows through it.
 *
 * Value: [0, infinity), at most the mean squared error; zero on identity, symmetric. Any feature [batch, height, width, channels], of any size that `patchFactor` divides.
 * (The authors' options over a whole batch, `batch_matrix` and `ave_spectrum`, are not here: each sample has its own value.)
 *
 * Source: Jiang, Dai, Wu and Loy, "Focal Frequency Loss for Image Reconstruction and Synthesis", 2021, eq. 8 to 10; the package focal-frequency-loss.
 *
 * @example focalFrequency(pixels, { alpha: 1 })
 */
export const focalFrequency: Metric<FocalFrequencyOptions> = defineMetric({
  id: 'focalFrequency',
  options: t.strict({ alpha: between(0, 8), patchFactor: count(64), logMatrix: t.boolean }),
  defaults: { alpha: 1, patchFactor: 1, logMatrix: false },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: (bound) => [0, (2 * bound) ** 2], smooth: true }),
  accepts:
    ({ patchFactor }) =>
    (feature) => {
      const [, height = 0, width = 0] = feature
      if (feature.length !== 4) return 'frequencies need height and width: [batch, height, width, channels]'
      return height % patchFactor === 0 && width % patchFactor === 0 ? undefined : `its sides must be multiples of the patch factor, ${String(patchFactor)}`
    },
  // The transform of each patch is a product with matrices along height, and one along width.
  flops:
    ({ patchFactor }) =>
    (feature) => {
      const [, height = 1, width = 1] = feature
      return elements(feature) * (fourierFlops(Math.floor(height / patchFactor), Math.floor(width / patchFactor)) + 10)
    },
  tiling: () => ({ refused: 'transforms the whole picture to frequencies' }),
  apply: (options) => (reference, prediction) => {
    const each = focused(patches(tf.sub(prediction, reference), options.patchFactor), options)
    return tf.mean<Tensor1D>(tf.reshape(each, [options.patchFactor ** 2, -1]), 0)
  },
})
