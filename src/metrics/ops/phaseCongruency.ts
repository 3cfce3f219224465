/**
 * Phase congruency: how far the Fourier components at a position are in phase, which they are at edges and lines of any contrast.
 *
 * Log-Gabor filters at four scales and four orientations, each even and odd; the energy of an orientation less what noise gives, over the sum of amplitudes. Source: Kovesi,
 * "Image Features from Phase Congruency", 1999, with the constants of FSIM's authors.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { centred } from './centred.js'
import { fourier } from './fourier.js'
import { logGabor, overFrequencies } from './frequencies.js'
import { magnitude } from './magnitude.js'
import { median } from './ranked.js'

const [SCALES, ORIENTATIONS] = [4, 4]

/** The shortest wavelength in positions; each scale doubles it. */
const SHORTEST = 6

/** The widths of a filter: over the logarithm of frequencies, and over angles. */
const [SIGMA, ANGLE] = [Math.abs(Math.log(0.55)), Math.PI / (ORIENTATIONS * 1.2)]

/** Where frequencies end, before the corners of the spectrum, and how steeply. */
const [CUTOFF, STEEPNESS] = [0.45, 30]

/** What noise gives, in units of its Rayleigh parameter: its mean and two deviations, over the authors' 1.7. */
const NOISE = (Math.sqrt(Math.PI / 2) + 2 * Math.sqrt(2 - Math.PI / 2)) / 1.7

/** Below this there is no amplitude, for values in 0 .. 255. */
const EPSILON = 1e-5

interface Bank {
  /** The filters, [height * width, scales]. */
  readonly scales: readonly Float32Array[]
  readonly orientations: readonly Float32Array[]
  /** What the median amplitude of the finest scale is multiplied by for the threshold of each orientation. */
  readonly thresholds: readonly number[]
}

/** The distance of two angles, at most pi. */
const apart = (a: number, b: number): number => {
  const turn = Math.abs(a - b) % (2 * Math.PI)
  return Math.min(turn, 2 * Math.PI - turn)
}

/** The index of the opposite frequency. */
const opposite = (index: number, height: number, width: number): number => {
  const [row, column] = [Math.floor(index / width), index % width]
  return ((height - row) % height) * width + ((width - column) % width)
}

/**
 * The threshold of an orientation over the median amplitude of its finest scale. Noise of power p has, in the sum over scales, an energy of p times the squares of the summed even filters
 * (by Parseval's theorem), and a median squared amplitude of log 2 times p times the squares of the finest filter.
 */
const threshold = (scales: readonly Float32Array[], orientation: Float32Array, height: number, width: number): number => {
  let [energy, finest] = [0, 0]
  orientation.forEach((angular, i) => {
    const other = opposite(i, height, width)
    const ofAll = scales.reduce((sum, radial) => sum + (radial[i] ?? 0) * angular + (radial[other] ?? 0) * (orientation[other] ?? 0), 0) / 2
    energy += ofAll ** 2
    finest += ((scales[0]?.[i] ?? 0) * angular) ** 2
  })
  return NOISE * Math.sqrt(energy / (Math.LN2 * finest))
}

const bankOf = (height: number, width: number): Bank => {
  const scales = Array.from({ length: SCALES }, (_, scale) =>
    overFrequencies(height, width, (radius) => logGabor(radius, 1 / (SHORTEST * 2 ** scale), SIGMA) / (1 + (radius / CUTOFF) ** STEEPNESS)),
  )
  const orientations = Array.from({ length: ORIENTATIONS }, (_, orientation) =>
    overFrequencies(height, width, (_radius, down, across) =>
      Math.exp(-(apart(Math.atan2(-across, down), (orientation * Math.PI) / ORIENTATIONS) ** 2) / (2 * ANGLE ** 2)),
    ),
  )
  return { scales, orientations, thresholds: orientations.map((orientation) => threshold(scales, orientation, height, width)) }
}

/** The picture through all filters: even and odd parts, [height * width, batch, orientations, scales] each. */
const filtered = (x: Tensor4D, { scales, orientations }: Bank): readonly [Tensor, Tensor] => {
  const [batch, height, width] = x.shape
  const constant = (values: readonly Float32Array[]): Tensor =>
    tf.stack(
      values.map((value) => tf.tensor1d(value)),
      1,
    )
  const filters = tf.mul(tf.reshape(constant(orientations), [1, -1, 1, ORIENTATIONS, 1]), tf.reshape(constant(scales), [1, -1, 1, 1, SCALES]))
  const real = tf.reshape(tf.transpose(x, [1, 2, 0, 3]), [1, height, width, batch])
  const spectrum = tf.reshape(fourier(tf.concat([real, tf.zerosLike(real)])), [2, height * width, batch, 1])
  const all = tf.mul(spectrum, tf.reshape(filters, [1, height * width, 1, ORIENTATIONS * SCALES]))
  const responses = fourier(tf.reshape(all, [2, height, width, batch * ORIENTATIONS * SCALES]), -1)
  return tf
    .split(tf.reshape(responses, [2, height * width, batch, ORIENTATIONS, SCALES]), 2)
    .map((part) => tf.reshape(part, [height * width, batch, ORIENTATIONS, SCALES])) as [Tensor, Tensor]
}

/** Phase congruency of a greyscale picture with values in 0 .. 255: [batch, height, width, 1], in [0, 1]; 1 where there is nothing. */
export const phaseCongruency = (x: Tensor4D): Tensor4D => {
  const [batch, height, width] = x.shape
  const bank = bankOf(height, width)
  const [even, odd] = filtered(centred(x), bank)
  const amplitude = safeSqrt(tf.add(tf.square(even), tf.square(odd)))
  const [sumEven, sumOdd] = [tf.sum(even, 3, true), tf.sum(odd, 3, true)]
  const length = tf.add(safeSqrt(tf.add(tf.square(sumEven), tf.square(sumOdd))), EPSILON)
  const [meanEven, meanOdd] = [tf.div(sumEven, length), tf.div(sumOdd, length)]
  const inPhase = tf.add(tf.mul(even, meanEven), tf.mul(odd, meanOdd))
  const outOfPhase = magnitude(tf.sub(tf.mul(even, meanOdd), tf.mul(odd, meanEven)))
  const energy = tf.sum(tf.sub(inPhase, outOfPhase), 3)
  const finest = tf.reshape(tf.slice(amplitude, [0, 0, 0, 0], [-1, -1, -1, 1]), [height * width, batch * ORIENTATIONS])
  const noise = tf.mul(tf.reshape(median(tf.transpose(finest)), [1, batch, ORIENTATIONS]), tf.tensor1d([...bank.thresholds]))
  const above = tf.sum(tf.relu(tf.sub(energy, noise)), 2)
  const congruency = tf.div(tf.add(above, EPSILON), tf.add(tf.sum(amplitude, [2, 3]), EPSILON))
  return tf.reshape(tf.transpose(congruency), [batch, height, width, 1])
}

/** Operations per position of one greyscale picture: transforms by matrices, sixteen filters, and some twenty operations on each response. */
export const phaseCongruencyFlops = (height: number, width: number): number => 8 * (height + width) * (1 + ORIENTATIONS * SCALES) + 20 * ORIENTATIONS * SCALES
