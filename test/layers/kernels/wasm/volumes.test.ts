/**
 * 3-D convolution and pooling on WASM after `registerWasmKernels`: the gradients, against the cpu backend's and against differences.
 *
 * A convolution is linear, so a difference with a step of 1 is its derivative but for rounding. Tolerance: 1e-5 of the largest value, for sums in another order; 1e-4 for
 * differences, which subtract sums of some 100 products.
 */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../../src/index.js'

type Numbers = readonly number[]
type Pad = 'same' | 'valid'
type Strides = [number, number, number]

const CASES = (['same', 'valid'] as const).flatMap(
  (pad) =>
  ([[1, 1, 1], [2, 2, 2], [1, 2, 3]] as Strides[]).map((strides) => [pad, strides] as const), // prettier-ignore
)

const normal = (shape: readonly number[], seed: number): tf.Tensor5D => tf.randomNormal<tf.Rank.R5>(shape as never, 0, 1, 'float32', seed)
const volume = (): tf.Tensor5D => normal([2, 4, 5, 6, 2], 1)
const filter = (): tf.Tensor5D => normal([2, 3, 2, 2, 3], 2)
const dot = (a: tf.Tensor, seed = 3): tf.Scalar => tf.sum(tf.mul(a, normal(a.shape, seed)))
const convolved = (x: tf.Tensor5D, f: tf.Tensor5D, pad: Pad, strides: Strides): tf.Scalar => dot(tf.conv3d(x, f, strides, pad))
/** 480 different whole numbers. */
const distinct = (): tf.Tensor5D => tf.tensor5d(Array.from({ length: 480 }, (_, i) => (i * 37) % 480), [2, 4, 5, 6, 2]) // prettier-ignore
const pooled = (x: tf.Tensor5D, pad: Pad, strides: Strides, window: Strides): tf.Scalar => dot(tf.maxPool3d(x, window, strides, pad))

const on = async (backend: string, values: () => readonly tf.Tensor[]): Promise<readonly Numbers[]> => {
  await tf.setBackend(backend)
  return tf.tidy(() => values().map((tensor) => [...tensor.dataSync()]))
}

const gradients = (pad: Pad, strides: Strides) => (): readonly tf.Tensor[] => [
  ...tf.grads((x, f) => convolved(x as tf.Tensor5D, f as tf.Tensor5D, pad, strides))([volume(), filter()]),
  tf.grad((x) => pooled(x as tf.Tensor5D, pad, strides, [2, 2, 2]))(volume()),
]

const expectNear = (received: Numbers, expected: Numbers, tolerance: number): void => {
  const largest = Math.max(...expected.map(Math.abs))
  expect(received).toHaveLength(expected.length)
  expect(Math.max(...received.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)))) / largest).toBeLessThan(tolerance)
}

const own = tf.getBackend()
beforeAll(registerWasmKernels)
afterAll(() => tf.setBackend(own))

describe.each(CASES)("padding '%s', strides %j", (pad, strides) => {
  it('the gradients of conv3d and maxPool3d equal those of the cpu backend', async () => {
    const [received, expected] = [await on('wasm', gradients(pad, strides)), await on('cpu', gradients(pad, strides))]
    expected.forEach((numbers, i) => {
      expectNear(received[i] ?? [], numbers, 1e-5)
    })
  })

  // The cpu backend's is wrong for windows that are not cubes. A step of 0.25 does not change which of two whole numbers is larger.
  it('the gradient of maxPool3d over a window of 2 x 3 x 2 equals differences', async () => {
    const value = (x: tf.Tensor5D): tf.Scalar => pooled(x, pad, strides, [2, 3, 2])
    const [gradient = []] = await on('wasm', () => [tf.grad((x) => value(x as tf.Tensor5D))(distinct())])
    const places = [...gradient.keys()].filter((at) => (at * 37) % 480 > 420 || at % 40 === 0)
    const expected = await on('cpu', () =>
      places.map((at) => {
        const step = tf.mul(tf.reshape(tf.oneHot([at], 480), [2, 4, 5, 6, 2]), 0.25)
        const after = tf.maxPool3d(tf.add<tf.Tensor5D>(distinct(), step), [2, 3, 2], strides, pad)
        return tf.div(dot(tf.sub(after, tf.maxPool3d(distinct(), [2, 3, 2], strides, pad))), 0.25)
      }),
    )
    expectNear(places.map((at) => gradient[at] ?? Number.NaN), expected.map(([one = Number.NaN]) => one), 1e-5) // prettier-ignore
  })

  it('the gradients of conv3d equal differences', async () => {
    const [inVolume = [], inFilter = []] = await on('wasm', gradients(pad, strides))
    const moved = (tensor: tf.Tensor5D, at: number): tf.Tensor5D => tf.add(tensor, tf.reshape(tf.oneHot([at], tensor.size), tensor.shape))
    const difference = (f: (x: tf.Tensor5D) => tf.Scalar, tensor: tf.Tensor5D) => (at: number) => tf.sub(f(moved(tensor, at)), f(tensor))
    const places = Array.from({ length: 12 }, (_, i) => i * 2)
    const check = async (gradient: Numbers, of: () => (at: number) => tf.Tensor): Promise<void> => {
      const expected = await on('cpu', () => places.map(of()))
      expectNear(places.map((at) => gradient[at] ?? Number.NaN), expected.map(([value = Number.NaN]) => value), 1e-4) // prettier-ignore
    }
    await check(inVolume, () => difference((x) => convolved(x, filter(), pad, strides), volume()))
    await check(inFilter, () => difference((f) => convolved(volume(), f, pad, strides), filter()))
  })
})
