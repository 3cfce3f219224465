/** Order statistics, against what they are defined as. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { meanOfLargest, median } from '../../src/metrics/ops/ranked.js'
import { gradientOf, take } from '../support/tensors.js'

it('median and meanOfLargest: of sorted rows, with the gradient at the elements they are made of, shared where these tie', () => {
  const rows = tf.tensor2d([3, 1, 2, 2, 5, 0, 4, 4, 4, 4, 1, 0], [2, 6])
  expect(take(median(rows))).toEqual(Float32Array.of(2, 4))
  expect(take(meanOfLargest(rows, 3))).toEqual(Float32Array.of(10 / 3, 4))
  expect(Array.from(gradientOf((x) => tf.sum(median(x)), rows))).toEqual([0, 0, 0.5, 0.5, 0, 0, 0.25, 0.25, 0.25, 0.25, 0, 0])
  const shares = gradientOf((x) => tf.sum(meanOfLargest(x, 3)), rows)
  const expected = [1 / 3, 0, 1 / 6, 1 / 6, 1 / 3, 0, 0.25, 0.25, 0.25, 0.25, 0, 0]
  shares.forEach((share, i) => expect(share).toBeCloseTo(expected[i] ?? Number.NaN, 6))
})
