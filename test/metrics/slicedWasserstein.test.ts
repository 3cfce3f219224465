/** The sliced Wasserstein distance of clouds of points. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, pixels, slicedWasserstein } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere, shuffled } from '../support/pixelLosses.js'
import { takeNumber } from '../support/tensors.js'

isFiniteEverywhere('slicedWasserstein', slicedWasserstein(pixels, { directions: 5 }))

it('slicedWasserstein does not see where points are, and is the mean squared shift of a shifted cloud over three', () => {
  const a = noise(6, [1, 8, 8, 3])
  const f = compile(slicedWasserstein(pixels, { directions: 512 }))
  expect(takeNumber(f(a, shuffled(a)))).toBeLessThan(1e-12)
  // A shift by s moves every projection by s . v, whose mean square over directions is |s|² / 3; 512 directions have it to about 8 %.
  expect(Math.abs(takeNumber(f(a, tf.add<Tensor4D>(a, 0.1))) / (0.03 / 3) - 1)).toBeLessThan(0.15)
})
