/** |x| and its gradient. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { magnitude } from '../../src/metrics/ops/magnitude.js'
import { gradientOf } from '../support/tensors.js'

it('magnitude has the gradient 1 above 0, -1 below and 0 at 0, also below 1e-7', () => {
  expect(Array.from(gradientOf((x) => tf.sum(magnitude(x)), tf.tensor1d([2, 1e-9, 0, -1e-9, -2])))).toEqual([1, 1, 0, -1, -1])
})
