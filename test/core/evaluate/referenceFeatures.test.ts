/** The gradient reaches the prediction only, at every call; k times a loss has k times its gradient. On the native backend later calls run as graphs. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, masked, mse, pixels, ssim, sum } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { gradientOf, take } from '../../support/tensors.js'

const shape = [1, 16, 16, 3] as const
const CALLS = [1, 2, 3, 4, 5]

const maskOf = (z: Tensor): Tensor => tf.sigmoid(tf.mean(z, 3, true))

describe('masks and references are constants', () => {
  const f = compile(mse(masked(pixels, 'face')))
  const [x, y] = [noise(1, shape), noise(2, shape)]
  const plain = gradientOf((z) => f({ target: x, face: maskOf(y) }, z), y)

  it('a mask made of the prediction', () => {
    CALLS.forEach(() => {
      expect(gradientOf((z) => f({ target: x, face: maskOf(z) }, z), y)).toEqual(plain)
    })
    expect(gradientOf((z) => f.perSample({ target: x, face: maskOf(z) }, z), y)).toEqual(plain)
    const prepared = gradientOf((z) => f.prepare({ target: x, face: maskOf(z) })(z), y)
    expect(prepared).toEqual(plain)
  })

  it('a reference made of the prediction', () => {
    const g = compile(mse(pixels))
    const expected = gradientOf((z) => g(take4(tf.square(y)), z), y)
    CALLS.forEach(() => {
      expect(gradientOf((z) => g(tf.square(z), z), y)).toEqual(expected)
    })
    expect(gradientOf((z) => g.prepare(tf.square(z))(z), y)).toEqual(expected)
  })

  it('a trainable mask has no gradient', () => {
    const w = tf.variable(tf.fill([1, 16, 16, 1], 0.5))
    for (const call of CALLS) {
      const { grads } = tf.variableGrads(() => tf.add(f({ target: x, face: tf.sigmoid(w) }, y), tf.mul(0, tf.sum(w))) as tf.Scalar, [w])
      expect(
        take(grads[w.name]!).every((value) => value === 0),
        `call ${String(call)}`,
      ).toBe(true)
    }
    w.dispose()
  })
})

const take4 = (tensor: Tensor): Tensor4D => tensor as Tensor4D

describe('k times a loss', () => {
  const [x, y] = [noise(3, shape), noise(4, shape)]
  it('has the same bits at every call', () => {
    const f = compile(sum(mse(pixels), ssim(pixels)))
    const gradients = CALLS.map(() => gradientOf((z) => tf.mul(f(x, z as Tensor4D), 1 / 3), y))
    gradients.forEach((gradient) => {
      expect(gradient).toEqual(gradients[0])
    })
  })
  it('also where k changes from call to call', () => {
    const [f, single] = [compile(mse(pixels)), compile(mse(pixels))]
    for (const k of [1, 1, 1, 1, 5, 5, 5, 5, 6, 7, 1, 1, 1 / 3]) {
      const way = (g: typeof f) => gradientOf((z) => tf.mul(tf.sum(g.perSample(x, z as Tensor4D)), k), y)
      expect(gradientOf((z) => tf.mul(f(x, z as Tensor4D), k), y)).toEqual(way(single))
    }
  })
  it('also where a gradient at k = 1 underflows', () => {
    const f = compile(mse(pixels))
    // 2 (1e-37 - 0) / 768 * 1e30
    for (const call of CALLS) {
      const [one = 0] = gradientOf((z) => tf.mul(f(tf.zeros([...shape]), z as Tensor4D), 1e30), tf.fill([...shape], 1e-37))
      expect(Math.abs(one / ((2e-37 / 768) * 1e30) - 1), `call ${String(call)}`).toBeLessThan(1e-6)
    }
  })
})
