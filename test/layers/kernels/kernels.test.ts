/** The kernels of the backend under test against TensorFlow.js' plain ops. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { frozenConvolution } from '../../../src/layers/kernels/convolution.js'
import { kernels } from '../../../src/layers/kernels/kernelsInUse.js'
import { hasSeparateAxes, separateAxes } from '../../../src/layers/kernels/native/separateAxes.js'
import type { Convolve } from '../../../src/layers/kernels/convolver.js'
import { noise } from '../../support/images.js'
import { leaked, norm, take } from '../../support/tensors.js'

const SAME = { stride: 1, padding: 'same' } as const

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))
const biasOf = (seed: number, channels: number): Tensor1D => tf.tidy(() => tf.reshape(centred(seed, [1, 1, 1, channels]), [channels]))

/** How far a is from b, as a part of b's norm. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (v, i) => v - (b[i] ?? Number.NaN))) / norm(b)

describe('kernels', () => {
  // TensorFlow's op for it keeps a filter that is said to be constant, and gives its results to the next filter of that shape.
  it('convolve with their own filter and bias, whatever was convolved before with one of that shape', () => {
    const x = centred(1, [2, 6, 5, 16])
    for (const seed of [2, 3, 4]) {
      const [filter, bias] = [centred(seed, [3, 3, 16, 24]), biasOf(seed, 24)]
      const { run, dispose } = kernels().convolver(filter, bias, SAME)
      const sum = tf.tidy(() => tf.add(tf.conv2d(x, filter, 1, 'same'), bias))
      const rectified = tf.tidy(() => tf.relu(sum))
      // Sums of 144 products in another order.
      expect(apart(take(run(x, false)), take(sum))).toBeLessThan(1e-6)
      expect(apart(take(run(x, true)), take(rectified))).toBeLessThan(1e-6)
      dispose()
    }
  })

  // As many channels as the fast convolutions of every backend are made for.
  it.each([128, 512])('convolve %i channels, untied, and take the gradient, as plainly', (channels) => {
    const [x, filter, bias] = [centred(12, [1, 9, 8, channels]), centred(13, [3, 3, channels, channels]), biasOf(14, channels)]
    const frozen = frozenConvolution({ filter: () => filter, bias: () => bias }, SAME, undefined)
    const plain = (z: Tensor4D): Tensor4D => tf.add(tf.conv2d(z, filter, 1, 'same'), bias)
    // F(4, 3) rounds by some three bits more.
    expect(apart(take(frozen.run(x, false)), take(tf.tidy(() => plain(x))))).toBeLessThan(5e-6)
    const dy = centred(15, [1, 9, 8, channels])
    expect(apart(take(frozen.inputGradient(dy, x.shape)), take(tf.tidy(() => tf.grad(plain as (z: tf.Tensor) => tf.Tensor)(x, dy))))).toBeLessThan(5e-6)
    frozen.dispose()
  })

  it.each([
    [3, 3, 3],
    [3, 3, 5],
    [5, 5, 2],
    [2, 3, 1],
    [11, 11, 3],
  ])('a filter %i x %i to %i channels, few of them, is the plain convolution as two', (height, width, output) => {
    const [x, filter, bias] = [centred(9, [2, 7, 6, 16]), centred(10, [height, width, 16, output]), biasOf(11, output)]
    expect(hasSeparateAxes(filter.shape)).toBe(true)
    const make: Convolve = (part, addend) => {
      const kept = tf.keep(part)
      return { run: (v) => tf.add(tf.conv2d(v, kept, 1, 'same'), addend ?? 0), dispose: () => kept.dispose() }
    }
    const plain = take(tf.tidy(() => tf.add(tf.conv2d(x, filter, 1, 'same'), bias)))
    const { run, dispose } = separateAxes(make)(filter, bias)
    expect(apart(take(run(x)), plain)).toBeLessThan(1e-6)
    dispose()
    const chosen = kernels().convolver(filter, bias, SAME)
    expect(apart(take(chosen.run(x, false)), plain)).toBeLessThan(1e-6)
    chosen.dispose()
    // With as many zeros around as a gradient has, of square filters: TensorFlow.js takes the filter's height for both sides.
    if (height !== width) return
    const zeros: [number, number] = [height - 1, height - 1]
    const around = take(tf.tidy(() => tf.add(tf.conv2d(tf.pad(x, [[0, 0], zeros, zeros, [0, 0]]), filter, 1, 'valid'), bias)))
    const full = kernels().convolver(filter, bias, { stride: 1, padding: height - 1 })
    expect(apart(take(full.run(x, false)), around)).toBeLessThan(1e-6)
    full.dispose()
  })

  it('take the gradient through a ReLU where its output is above zero, and nowhere else', () => {
    const dy = tf.tensor4d([1, -2, 3, -4, 5], [1, 1, 5, 1])
    const y = tf.tensor4d([0, 0.5, 1e-30, 7, 0], [1, 1, 5, 1])
    expect(Array.from(take(tf.tidy(() => kernels().reluGradient(dy, y))))).toEqual([0, -2, 3, -4, 0])
  })

  it('repeat each value as a square, and mark where a value is that of its square', () => {
    const y = centred(5, [2, 3, 4, 8])
    const squares = tf.tidy(() => kernels().repeated(y))
    expect(Array.from(take(squares))).toEqual(Array.from(take(tf.image.resizeNearestNeighbor(y, [6, 8]))))
    const x = tf.tensor4d([3, 1, -2, -2, 0, 3, -5, -2], [1, 2, 4, 1])
    const marks = tf.tidy(() => kernels().isMaximum(x, tf.maxPool(x, 2, 2, 'valid')))
    expect(marks.shape).toEqual([1, 2, 4, 1])
    expect(Array.from(take(marks))).toEqual([1, 0, 1, 1, 0, 1, 0, 1])
  })

  it('pay for the gradient when the first one is taken, once', () => {
    const [x, filter, bias] = [centred(16, [1, 4, 4, 16]), centred(17, [3, 3, 16, 16]), biasOf(18, 16)]
    let reads = 0
    const numbers = { filter: () => (reads++, filter), bias: () => bias }
    const { numTensors, numBytes } = tf.memory()
    const frozen = frozenConvolution(numbers, SAME, 'values')
    const made = tf.memory().numBytes - numBytes
    frozen.run(x, true).dispose()
    expect([reads, tf.memory().numBytes - numBytes]).toEqual([1, made])
    frozen.inputGradient(x, x.shape).dispose()
    const withGradient = tf.memory().numBytes - numBytes
    expect(withGradient).toBeGreaterThan(made)
    frozen.inputGradient(x, x.shape).dispose()
    expect([reads, tf.memory().numBytes - numBytes]).toEqual([2, withGradient])
    frozen.dispose()
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('leave nothing behind', () => {
    const [x, filter, bias] = [centred(6, [1, 4, 4, 16]), centred(7, [3, 3, 16, 16]), biasOf(8, 16)]
    const pooled = tf.maxPool(x, 2, 2, 'valid')
    kernels().reluGradient(x, x).dispose()
    expect(
      leaked(() => {
        const frozen = frozenConvolution({ filter: () => filter, bias: () => bias }, SAME, 'values')
        frozen.run(x, true).dispose()
        frozen.inputGradient(x, x.shape).dispose()
        frozen.dispose()
        kernels().reluGradient(x, x).dispose()
        kernels().repeated(x).dispose()
        kernels().isMaximum(x, pooled).dispose()
      }),
    ).toBe(0)
  })
})
