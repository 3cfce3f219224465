/** Total variation: values published by peers, corners, single rows. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { pixels, totalVariation } from '../../src/index.js'
import { plain } from '../support/images.js'
import { hasZeroGradientAtIdentity, value } from '../support/pixelLosses.js'

hasZeroGradientAtIdentity('totalVariation', totalVariation(pixels))
hasZeroGradientAtIdentity('totalVariation l2', totalVariation(pixels, { norm: 'l2' }))

it('the total variation of a checkerboard is 2 (pystiche: squared differences, means of both directions)', () => {
  const board = tf.tidy(() =>
    tf.tensor4d(
      Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3 / 8) + (Math.floor(i / 3) % 8)) % 2),
      [1, 8, 8, 3],
    ),
  )
  expect(value(totalVariation(pixels, { norm: 'l2Squared' }), board, board)).toBeCloseTo(2, 6)
  expect(value(totalVariation(pixels), board, board)).toBeCloseTo(2, 6)
})

it('the L1 total variation of eye(10) is 36 (piq), in each of three channels', () => {
  const eye = tf.tidy(() => tf.tile(tf.reshape(tf.eye(10), [1, 10, 10, 1]), [1, 1, 1, 3]) as Tensor4D)
  expect(value(totalVariation(pixels, { norm: 'l1', reduction: 'sum' }), eye, eye)).toBeCloseTo(3 * 36, 4)
})

it('total variation of one row or one pixel is that of what it has', () => {
  const row = tf.tensor4d([0, 0, 0, 1, 1, 1], [1, 1, 2, 3])
  expect(value(totalVariation(pixels), row, row)).toBe(1)
  expect(value(totalVariation(pixels), plain(1, [1, 1, 1, 3]), plain(1, [1, 1, 1, 3]))).toBe(0)
})
