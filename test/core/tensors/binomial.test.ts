/** Means and variances of the binomial window, against its definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { binomialMean, binomialVariance } from '../../../src/core/tensors/binomial.js'
import { everySecond } from '../../../src/core/tensors/everySecond.js'
import { noise, plain } from '../../support/images.js'
import { gradientOf, take } from '../../support/tensors.js'

/** [1 2 1] / 4 along a row of numbers, zeros outside. */
const rowMean = (x: readonly number[]): readonly number[] => x.map((v, i) => ((x[i - 1] ?? 0) + 2 * v + (x[i + 1] ?? 0)) / 4)

describe('the binomial window', () => {
  const x = noise(5, [1, 1, 7, 1])
  const row = Array.from(x.dataSync())

  it('gives means with zeros outside, along the axis that is asked for', () => {
    rowMean(row).forEach((expected, i) => expect(take(binomialMean(x, 2))[i]).toBeCloseTo(expected, 6))
    rowMean(row).forEach((expected, i) => expect(take(binomialMean(tf.transpose(x, [0, 2, 1, 3]), 1))[i]).toBeCloseTo(expected, 6))
  })

  it('gives variances that are the mean of squares less the square of the mean', () => {
    const [means, squares] = [rowMean(row), rowMean(row.map((v) => v * v))]
    const received = take(binomialVariance(x, 2))
    received.forEach((variance, i) => expect(variance).toBeCloseTo((squares[i] ?? 0) - (means[i] ?? 0) ** 2, 6))
  })

  it('gives exactly 0 in the middle of a bright plain picture', () => {
    expect(take(tf.slice(binomialVariance(plain(1234.5, [1, 3, 9, 2]), 2), [0, 0, 1, 0], [1, 3, 7, 2])).every((v) => v === 0)).toBe(true)
  })

  it.each([1, 2] as const)('has the slope of its values along axis %i', (axis) => {
    const [picture, towards] = [noise(6, [1, 5, 4, 2]), noise(7, [1, 5, 4, 2])]
    const f = (v: tf.Tensor): tf.Tensor =>
      tf.sum(tf.mul(tf.add(binomialVariance(v as tf.Tensor4D, axis), binomialMean(v as tf.Tensor4D, axis)), noise(8, [1, 5, 4, 2])))
    const slope = gradientOf(f, picture).reduce((sum, g, i) => sum + g * (towards.dataSync()[i] ?? 0), 0)
    const at = (step: number): number => take(f(tf.add(picture, tf.mul(towards, step))))[0] ?? Number.NaN
    expect(slope).toBeCloseTo((at(0.25) - at(-0.25)) / 0.5, 4)
  })
})

it('everySecond keeps the channels together', () => {
  const x = tf.range(0, 2 * 3 * 5 * 2).reshape([2, 3, 5, 2])
  const kept = tf.stridedSlice(x, [0, 0, 0, 0], [2, 3, 5, 2], [1, 2, 2, 1])
  expect(take(everySecond(x as tf.Tensor4D))).toEqual(take(kept))
})
