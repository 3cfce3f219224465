/** The contextual loss where peers have no number: clouds of points, memory. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, contextual, pixels } from '../../src/index.js'
import { peakBytes } from '../../src/core/tensors/engine.js'
import { full } from '../support/full.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere, shuffled } from '../support/pixelLosses.js'
import { takeNumber } from '../support/tensors.js'

isFiniteEverywhere('contextual', contextual(pixels))
isFiniteEverywhere('contextual, the authors’ variant', contextual(pixels, { like: 'original' }))

it('contextual is near 0 for the points in another order, far from it for other points', () => {
  const a = noise(7, [1, 8, 8, 3])
  const f = compile(contextual(pixels, { bandwidth: 0.1 }))
  expect(takeNumber(f(a, shuffled(a)))).toBeLessThan(0.1)
  expect(takeNumber(f(a, noise(8, [1, 8, 8, 3])))).toBeGreaterThan(0.3)
})

it.runIf(full)('contextual takes 64 x 64 points in less than 256 MB, and 6400 in no more', () => {
  const peak = (side: number): number => {
    const [a, b] = [noise(9, [1, side, side, 3]), noise(10, [1, side, side, 3])]
    return peakBytes(() => {
      tf.tidy(() => tf.grad((x: Tensor) => compile(contextual(pixels))(a, x))(b))
    })
  }
  const [first, second] = [peak(64), peak(80)]
  expect(first).toBeLessThan(2 ** 28)
  expect(second).toBeLessThan(1.1 * first)
})
