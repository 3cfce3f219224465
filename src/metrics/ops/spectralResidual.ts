import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { blur, gaussianWindow, type Window } from '../../core/tensors/gaussianWindow.js'
import { channelMean } from '../../core/tensors/perSample.js'
import { bicubic, resampled } from '../../core/tensors/resample.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { stretched } from './extremes.js'
import { fourier } from './fourier.js'
import { replicated } from './replicated.js'

/** The scale at which saliency is computed. */
export const SALIENCY_SCALE = 0.25

/** The window that saliency is blurred by. */
const BLUR = gaussianWindow(10, 3.8)

/** The neighbours whose log amplitudes are averaged. */
const THREE: Window = [1 / 3, 1 / 3, 1 / 3]

/** What amplitudes are at least, for values in 0 .. 255. */
const EPSILON = 1e-5

/** Below this a map has no range. */
const NO_RANGE = 1e-20

/** The spectrum [2, batch, height, width], its mean put in afterwards: the other frequencies then keep their digits. */
const spectrumOf = (x: Tensor4D): Tensor => {
  const [batch, height, width] = x.shape
  const mean = channelMean(x)
  const real = tf.reshape(tf.sub(x, tf.reshape(mean, [batch, 1, 1, 1])), [1, batch, height, width])
  const lowest = tf.mul(tf.reshape(mean, [1, batch, 1, 1]), Math.sqrt(height * width))
  const inPlace = tf.pad(lowest, [[0, 1], [0, 0], [0, height - 1], [0, width - 1]]) // prettier-ignore
  return tf.add(fourier(tf.concat([real, tf.zerosLike(real)])), inPlace)
}

/** A spectrum with each amplitude over the geometric mean of its neighbourhood: exp(log amplitude - its local average), the phase as it is. */
const flattened = (spectrum: Tensor): Tensor => {
  const amplitude = safeSqrt(tf.sum(tf.square(spectrum), 0))
  const asPictures = tf.expandDims<Tensor4D>(tf.log(tf.add(amplitude, EPSILON)), 3)
  const average = tf.squeeze(blur(replicated(asPictures, 1, 1), THREE), [3])
  const nothing = stopGradient(() => tf.mul(tf.cast(tf.equal(amplitude, 0), 'float32'), EPSILON))
  const filled = tf.add(spectrum, tf.stack([nothing, tf.zerosLike(nothing)]))
  return tf.mul(filled, tf.exp(tf.neg(average)))
}

/**
 * Where a greyscale picture with values in 0 .. 255 draws the eye: [batch, height, width, 1], in [0, 1] but for what cubic interpolation adds.
 *
 * At a quarter of the size, what is unusual in the log spectrum, back as a picture, squared, blurred and stretched. Source: Hou and Zhang, "Saliency Detection: A Spectral
 * Residual Approach", 2007.
 */
export const spectralResidual = (x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  const [high, wide] = [Math.ceil(height * SALIENCY_SCALE), Math.ceil(width * SALIENCY_SCALE)]
  const small = resampled(x, bicubic(height, high, SALIENCY_SCALE), bicubic(width, wide, SALIENCY_SCALE))
  const energy = tf.expandDims<Tensor4D>(tf.sum(tf.square(fourier(flattened(spectrumOf(small)), -1)), 0), 3)
  const blurred = blur(tf.pad(energy, [[0, 0], [4, 5], [4, 5], [0, 0]]), BLUR) // prettier-ignore
  return resampled(stretched(blurred, NO_RANGE), bicubic(high, height, height / high), bicubic(wide, width, width / wide))
}
