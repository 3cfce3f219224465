/**
 * Phase congruency: how far the Fourier components at a position are in phase, which they are at edges and lines of any contrast.
 *
 * Log-Gabor filters at four scales and four orientations, each even and odd; the energy of an orientation less what noise gives, over the sum of amplitudes. Source: Kovesi,
 * "Image Features from Phase Congruency", 1999, with the constants of FSIM's authors.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { centred } from './centred.js'
import { fourier } from './fourier.js'
import { fourierFlops } from './fourierByMatrices.js'
import { logGabor, overFrequencies } from './frequencies.js'
import { magnitude, signOf } from './magnitude.js'
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

/** Keeps quotients by a length of 0 finite. */
const TINY = 1e-20

interface Bank {
  /** The filters, [orientations, scales, height * width]. */
  readonly filters: Float32Array
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
  const positions = height * width
  const filters = new Float32Array(ORIENTATIONS * SCALES * positions)
  orientations.forEach((angular, i) => {
    scales.forEach((radial, j) => {
      filters.set(angular.map((at, k) => at * (radial[k] ?? 0)), (i * SCALES + j) * positions) // prettier-ignore
    })
  })
  return { filters, thresholds: orientations.map((orientation) => threshold(scales, orientation, height, width)) }
}

/** The last bank made, and for which size: both pictures of a pair take it, and the next pair. */
let last: { readonly height: number; readonly width: number; readonly bank: Bank } | undefined

const bankFor = (height: number, width: number): Bank => {
  if (last?.height !== height || last.width !== width) last = { height, width, bank: bankOf(height, width) }
  return last.bank
}

/** The picture through all filters: even and odd parts, [2, batch, orientations, scales, height * width]. */
const filtered = (x: Tensor4D, { filters }: Bank): Tensor => {
  const [batch, height, width] = x.shape
  const real = tf.reshape(x, [batch, height, width])
  const spectrum = tf.reshape(fourier(tf.stack([real, tf.zerosLike(real)])), [2, batch, 1, 1, height * width])
  const all = tf.mul(spectrum, tf.tensor5d(filters, [1, 1, ORIENTATIONS, SCALES, height * width]))
  const responses = fourier(tf.reshape(all, [2, batch, ORIENTATIONS, SCALES, height, width]), -1)
  return tf.reshape(responses, [2, batch, ORIENTATIONS, SCALES, height * width])
}

/** The lengths of responses: [batch, orientations, scales, positions]. Their gradient is 0 where they are 0. */
const amplitudes = (responses: Tensor): Tensor =>
  differentiable(responses, (z, save) => {
    const amplitude = safeSqrt(tf.sum(tf.square(z), 0))
    save([z, amplitude])
    return { value: amplitude, gradient: (dy, [saved = z, length = amplitude]) => tf.mul(saved, tf.expandDims(tf.div(dy, tf.maximum(length, TINY)), 0)) }
  })

/** Even and odd parts a quarter period on, and the transpose of that. */
const quarter = (x: Tensor, back = false): Tensor => {
  const [even, odd] = tf.unstack(x) as [Tensor, Tensor]
  return tf.stack(back ? [tf.neg(odd), even] : [odd, tf.neg(even)])
}

/**
 * The energy of each orientation, [batch, orientations, positions]: what all scales have in phase with their sum, less the size of what they have across to it.
 *
 * One node on the tape, for its sixteen responses per position are what takes memory and time.
 */
const energies = (responses: Tensor): Tensor =>
  differentiable(responses, (z, save) => {
    const sums = tf.sum(z, 3, true)
    const radius = safeSqrt(tf.sum(tf.square(sums), 0, true))
    const mean = tf.div(sums, tf.add(radius, EPSILON))
    const across = tf.sum(tf.mul(z, quarter(mean)), 0)
    save([z, sums, radius, across])
    return {
      value: tf.sub(tf.sum(tf.mul(mean, sums), [0, 3]), tf.sum(magnitude(across), 2)),
      gradient: (dy, saved) => energiesGradient(tf.expandDims(dy, 2), saved as [Tensor, Tensor, Tensor, Tensor]),
    }
  })

const energiesGradient = (dy: Tensor, [z, sums, radius, across]: readonly [Tensor, Tensor, Tensor, Tensor]): Tensor => {
  const length = tf.add(radius, EPSILON)
  const mean = tf.div(sums, length)
  const dAcross = tf.neg(tf.mul(dy, signOf(across)))
  const dMean = tf.add(tf.mul(sums, dy), quarter(tf.sum(tf.mul(z, dAcross), 3, true), true))
  const dRadius = tf.div(tf.sum(tf.mul(dMean, mean), 0, true), tf.mul(length, tf.maximum(radius, TINY)))
  const dSums = tf.add(tf.mul(mean, dy), tf.sub(tf.div(dMean, length), tf.mul(sums, dRadius)))
  return tf.add(tf.mul(quarter(mean), dAcross), dSums)
}

/** Phase congruency of a greyscale picture with values in 0 .. 255: [batch, height, width, 1], in [0, 1]; 1 where there is nothing. */
export const phaseCongruency = (x: Tensor4D): Tensor4D => {
  const [batch, height, width] = x.shape
  const bank = bankFor(height, width)
  const responses = filtered(centred(x), bank)
  const amplitude = amplitudes(responses)
  const finest = tf.reshape(tf.slice(amplitude, [0, 0, 0, 0], [-1, -1, 1, -1]), [batch * ORIENTATIONS, height * width])
  const noise = tf.mul(tf.reshape(median(finest), [batch, ORIENTATIONS, 1]), tf.tensor3d([...bank.thresholds], [1, ORIENTATIONS, 1]))
  const above = tf.sum(tf.relu(tf.sub(energies(responses), noise)), 1)
  const congruency = tf.div(tf.add(above, EPSILON), tf.add(tf.sum(amplitude, [1, 2]), EPSILON))
  return tf.reshape(congruency, [batch, height, width, 1])
}

/** Operations per position of one greyscale picture: transforms by matrices, sixteen filters, and some twenty operations on each response. */
export const phaseCongruencyFlops = (height: number, width: number): number =>
  fourierFlops(height, width) * (1 + ORIENTATIONS * SCALES) + 20 * ORIENTATIONS * SCALES
