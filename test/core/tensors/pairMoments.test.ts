/** Moments of pairs, against sums in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { stopGradient } from '../../../src/core/tensors/engine.js'
import { pairMoments } from '../../../src/core/tensors/pairMoments.js'
import { noise } from '../../support/images.js'
import { leaked, norm, take } from '../../support/tensors.js'

type Shape = [number, number, number, number]

/** The numbers of a channel of a sample, and where they are. */
const channel = (x: Tensor4D, sample: number, c: number): { readonly at: readonly number[]; readonly values: readonly number[] } => {
  const [, height, width, channels] = x.shape
  const at = Array.from({ length: height * width }, (_, i) => (sample * height * width + i) * channels + c)
  const numbers = x.dataSync()
  return { at, values: at.map((i) => numbers[i] ?? Number.NaN) }
}

const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
const variance = (values: readonly number[]): number => {
  const mean = average(values)
  return average(values.map((v) => (v - mean) ** 2))
}

/** The moments of all channels of all samples in double precision, and the gradient in y. */
const exact = (x: Tensor4D, y: Tensor4D, slopes: Readonly<Record<'mean' | 'variance' | 'difference', Float32Array>>) => {
  const [batch, , , channels] = y.shape
  const gradient = new Array<number>(y.size)
  const moments = Array.from({ length: batch * channels }, (_, k) => {
    const [{ values: u }, { values: v, at }] = [channel(x, Math.floor(k / channels), k % channels), channel(y, Math.floor(k / channels), k % channels)]
    const [mx, my] = [average(u), average(v)]
    const [inMean = 0, inVariance = 0, inDifference = 0] = [slopes.mean[k], slopes.variance[k], slopes.difference[k]]
    at.forEach((place, i) => {
      const [a, b] = [(u[i] ?? 0) - mx, (v[i] ?? 0) - my]
      gradient[place] = (inMean + 2 * (inVariance * b + inDifference * (b - a))) / at.length
    })
    return [mx, my, variance(u), variance(v), variance(v.map((value, i) => value - (u[i] ?? 0)))]
  })
  return { moments: [0, 1, 2, 3, 4].map((i) => moments.map((of) => of[i] ?? Number.NaN)), gradient }
}

const slopesFor = (channels: number, batch: number) =>
  tf.tidy(() => {
    const of = (seed: number) => tf.sub(tf.reshape(noise(seed, [batch, 1, 1, channels]), [batch, channels]), 0.5)
    return { mean: of(1), variance: of(2), difference: of(3) }
  })

/** The moments and the gradient. */
const found = (x: Tensor4D, y: Tensor4D, slopes: ReturnType<typeof slopesFor>) => {
  const { means, variances, difference, saved, gradient } = pairMoments(x, y)
  return { moments: [...means, ...variances, difference].map((moment) => Array.from(take(moment))), gradient: Array.from(take(gradient(saved, slopes))) }
}

const numbers = ({ mean, variance: inVariance, difference }: ReturnType<typeof slopesFor>) => ({
  mean: mean.dataSync<'float32'>(),
  variance: inVariance.dataSync<'float32'>(),
  difference: difference.dataSync<'float32'>(),
})

const apart = (a: readonly number[], b: readonly number[]): number => norm(a.map((v, i) => v - (b[i] ?? Number.NaN))) / norm(b)

// One position and many; channels beside whole vectors; and more positions than are summed by themselves (262,144 numbers of a tensor).
const SHAPES: readonly Shape[] = [
  [1, 1, 1, 3],
  [2, 3, 5, 1],
  [2, 7, 4, 3],
  [3, 9, 5, 5],
  [1, 6, 6, 17],
  [2, 16, 15, 64],
  [2, 90, 50, 70],
  [1, 3, 4, 512],
]

// Sums in float32, which backends without kernels make, round at 1e-7.
const TOLERANCE = 2e-6

describe.each(SHAPES)('of [%i, %i, %i, %i]', (...shape) => {
  // Far from zero, so that a mean of squares less a square of means keeps no digit in float32.
  const [x, y] = [tf.add<Tensor4D>(noise(4, shape), 40), tf.add<Tensor4D>(noise(5, shape), 30)]
  const slopes = slopesFor(shape[3], shape[0])

  it('are those of double precision, with the gradient', () => {
    const [ours, theirs] = [found(x, y, slopes), exact(x, y, numbers(slopes))]
    ours.moments.forEach((moment, i) => {
      const expected = theirs.moments[i] ?? []
      // The variance of one position is 0.
      if (norm(expected) === 0) expect(norm(moment)).toBe(0)
      else expect(apart(moment, expected)).toBeLessThan(TOLERANCE)
    })
    expect(apart(ours.gradient, theirs.gradient)).toBeLessThan(TOLERANCE)
  })

  it('of a difference are those of its numbers, however small', () => {
    const near = tf.tidy(() => tf.add<Tensor4D>(x, tf.mul(tf.sub(noise(6, shape), 0.5), 1e-3)))
    const difference = found(x, near, slopes).moments[4] ?? []
    const expected = exact(x, near, numbers(slopes)).moments[4] ?? []
    // The differences are 1e-3, and float32 rounds values around 1 at 6e-8.
    if (norm(expected) > 0) expect(apart(difference, expected)).toBeLessThan(1e-4)
  })

  it('of equal tensors have a difference, and a gradient in it, of exactly 0', () => {
    const zero = tf.zerosLike(slopes.mean)
    const { moments, gradient } = found(x, x, { mean: zero, variance: zero, difference: slopes.difference })
    expect([norm(moments[4] ?? []), norm(gradient)]).toEqual([0, 0])
  })

  it('leave nothing behind', () => {
    expect(leaked(() => tf.tidy(() => void found(x, y, slopes)))).toBe(0)
  })
})

it('channels of one value have a variance of exactly 0, and the gradient of their mean alone', () => {
  const values = [0.1, 1e-30, 12345.678, 0, -3e7]
  const [x, y] = [noise(7, [1, 20, 30, 5]), tf.tile(tf.tensor4d(values, [1, 1, 1, 5]), [1, 20, 30, 1])]
  const slopes = slopesFor(5, 1)
  const zero = tf.zerosLike(slopes.difference)
  const { moments, gradient } = found(x, y, { ...slopes, difference: zero })
  expect(moments[1]).toEqual(Array.from(Float32Array.from(values)))
  expect(moments[3]).toEqual([0, 0, 0, 0, 0])
  const each = take(tf.div(slopes.mean, 600))
  expect(gradient).toEqual(Array.from({ length: 3000 }, (_, i) => each[i % 5]))
})

it('are NaN for channels with NaN, and for no others', () => {
  const [x, y] = [noise(8, [2, 5, 6, 9]), noise(9, [2, 5, 6, 9]).arraySync()]
  y[1]![4]![5]![3] = Number.NaN
  const moments = found(x, tf.tensor4d(y), slopesFor(9, 2)).moments
  const odd = moments.map((moment) => moment.flatMap((v, i) => (Number.isFinite(v) ? [] : [i])))
  expect(odd).toEqual([[], [12], [], [12], [12]])
})

it('with the tape on, are made of ops that have gradients', () => {
  const [x, y] = [noise(10, [1, 4, 5, 3]), noise(11, [1, 4, 5, 3])]
  const ofVariance = take(tf.tidy(() => tf.grad((v: Tensor) => tf.sum(pairMoments(x, v).variances[1]))(y)))
  const one = tf.ones([1, 3])
  const ours = stopGradient(() => pairMoments(x, y))
  const zero = tf.zerosLike(one)
  const gradient = take(ours.gradient(ours.saved, { mean: zero, variance: one, difference: zero }))
  expect(apart(Array.from(ofVariance), Array.from(gradient))).toBeLessThan(TOLERANCE)
})
