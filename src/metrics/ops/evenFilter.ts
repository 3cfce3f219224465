/**
 * Filters of square pictures over frequencies, without complex numbers, on every backend.
 *
 * The filter has one gain at the four frequencies (±u, ±v), so it scales each product of two real waves, one per axis: four products with a matrix of the waves. (Fewer operations, by the symmetry
 * of the waves, take 3 times as long on WASM.)
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { resampled, type Resampling } from '../../core/tensors/resample.js'

/** A filter for pictures of one side. */
export interface EvenFilter {
  readonly toWaves: Resampling
  readonly toPositions: Resampling
  /** The gain of each pair of waves, [side, side]. */
  readonly gains: Float32Array
}

/** The filter with this gain at each frequency along height and width, in cycles per position from 0 to 1/2. */
export const evenFilter = (side: number, gain: (down: number, across: number) => number): EvenFilter => {
  const square = (of: (row: number, column: number) => number): Float32Array => new Float32Array(side ** 2).map((_, i) => of(Math.floor(i / side), i % side))
  // In order: the constant, a cosine and a sine for each number of periods, and with an even side the cosine that changes its sign at each position.
  const periods = (wave: number): number => Math.ceil(wave / 2)
  const waveAt = (wave: number, position: number): number => {
    const angle = (2 * Math.PI * ((periods(wave) * position) % side)) / side
    const isAlone = wave === 0 || 2 * periods(wave) === side
    return (isAlone || wave % 2 === 1 ? Math.cos(angle) : Math.sin(angle)) * Math.sqrt((isAlone ? 1 : 2) / side)
  }
  return {
    toWaves: { from: side, to: side, weights: square(waveAt) },
    toPositions: { from: side, to: side, weights: square((position, wave) => waveAt(wave, position)) },
    gains: square((down, across) => gain(periods(down) / side, periods(across) / side)),
  }
}

/** Pictures [batch, side, side, channels] through the filter, as if they were repeated without end. */
export const throughFilter = (x: Tensor4D, { toWaves, toPositions, gains }: EvenFilter): Tensor4D => {
  const gain = tf.tensor4d(gains, [1, toWaves.to, toWaves.to, 1])
  return resampled(tf.mul(resampled(x, toWaves, toWaves), gain), toPositions, toPositions)
}
