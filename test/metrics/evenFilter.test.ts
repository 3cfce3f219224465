/** Filters over frequencies, against the discrete Fourier transform. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { evenFilter, throughFilter } from '../../src/metrics/ops/evenFilter.js'
import { fourier } from '../../src/metrics/ops/fourier.js'
import { noise } from '../support/images.js'
import { gradientOf, take } from '../support/tensors.js'

const SIDE = 16

/** Larger along width than along height. */
const gain = (down: number, across: number): number => 1 / (1 + 3 * down + 7 * across) + (down === 0.5 ? 2 : 0) + (across === 0 ? 1 : 0)

const byFourier = (x: Tensor4D): Tensor4D => {
  const frequency = (i: number): number => Math.min(i, SIDE - i) / SIDE
  const gains = Float32Array.from({ length: SIDE ** 2 }, (_, i) => gain(frequency(Math.floor(i / SIDE)), frequency(i % SIDE)))
  const spectrum = fourier(tf.stack([tf.transpose(x, [0, 3, 1, 2]), tf.zeros([x.shape[0], x.shape[3], SIDE, SIDE])]))
  const back = fourier(tf.mul(spectrum, tf.tensor(gains, [1, 1, 1, SIDE, SIDE])), -1)
  return tf.transpose(tf.squeeze<tf.Tensor4D>(tf.slice(back, 0, 1), [0]), [0, 2, 3, 1])
}

it('throughFilter multiplies the Fourier transform, and is its own transpose', () => {
  const x = noise(1, [2, SIDE, SIDE, 3])
  const [ours, expected] = [throughFilter(x, evenFilter(SIDE, gain)), byFourier(x)]
  expect(Math.max(...take(tf.abs(tf.sub(ours, expected))))).toBeLessThan(2e-6)
  const y = noise(2, x.shape)
  const gradient = gradientOf((v) => tf.sum(tf.mul(throughFilter(v as Tensor4D, evenFilter(SIDE, gain)), y)), x)
  const transposed = take(byFourier(y))
  gradient.forEach((value, i) => expect(Math.abs(value - (transposed[i] ?? Number.NaN))).toBeLessThan(2e-6))
})
