/** Convolutions of the WebAssembly module, against sums in double precision and TensorFlow.js' own. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Window } from '../../../../src/layers/kernels/windows.js'
import type { Convolver } from '../../../../src/layers/kernels/convolver.js'
import { simdConvolver } from '../../../../src/layers/kernels/simd/simdConvolver.js'
import { convolved } from '../../../support/convolved.js'
import { noise } from '../../../support/images.js'
import { leaked, norm, take } from '../../../support/tensors.js'
import { theModule } from '../../../support/theModule.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

const SAME = { stride: 1, padding: 'same' } as const

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))
const biasOf = (seed: number, channels: number): Tensor1D => tf.tidy(() => tf.reshape(centred(seed, [1, 1, 1, channels]), [channels]))

const convolver = (filter: Tensor4D, bias: Tensor1D | undefined, keepsTies = false, window: Window = SAME): Convolver => {
  const made = simdConvolver(theModule(), filter, bias, window, keepsTies)
  if (made === undefined) throw new Error(`The module must convolve a filter ${filter.shape.join(' x ')}.`)
  return made
}

/** How far a is from b, as a part of b's norm. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (v, i) => v - (b[i] ?? Number.NaN))) / norm(b)

// Every remainder of the sides by four, tiles cut at both edges, and several pictures.
const SIZES = [
  [1, 1, 1],
  [1, 2, 7],
  [2, 3, 3],
  [1, 4, 4],
  [3, 5, 6],
  [1, 9, 8],
  [2, 13, 10],
] as const

// 3 channels are a picture's.
const FILTERS = [
  [3, 3, 8],
  [3, 3, 64],
  [3, 4, 8],
  [3, 16, 24],
  [3, 48, 64],
  [3, 64, 3],
  [3, 68, 3],
  [3, 192, 8],
  [5, 3, 8],
  [5, 4, 16],
  [5, 64, 24],
  [5, 68, 8],
] as const

describe.each(FILTERS)('of side %i, from %i to %i channels', (taps, input, output) => {
  const [filter, bias] = [centred(1, [taps, taps, input, output]), output === 3 ? undefined : biasOf(2, output)]

  it.each(SIZES)('is the plain convolution of [%i, %i, %i], with and without ReLU', (batch, height, width) => {
    const x = centred(3, [batch, height, width, input])
    const exact = convolved(x, filter, bias)
    const { run, dispose } = convolver(filter, bias)
    // Float32 sums of up to 1,728 products, F(4, 3) and F(2, 5) with about four times the rounding of the plain sum. Pictures smaller than the filter
    // meet a part of its weights, but products round with all of them.
    const tolerance = 3e-6 * norm(exact) * Math.max(1, taps / Math.min(height, width))
    const off = (a: Float32Array, b: readonly number[]): number => norm(a.map((v, i) => v - (b[i] ?? Number.NaN)))
    expect(off(take(run(x, false)), exact)).toBeLessThan(tolerance)
    const rectified = exact.map((v) => Math.max(0, v))
    expect(off(take(run(x, true)), rectified)).toBeLessThan(tolerance)
    dispose()
  })

  it('gives some outputs, bit for bit, from the part of a picture that they see', () => {
    const { run, runSome, dispose } = convolver(filter, bias)
    // Pictures, and pictures' gradients, are always computed whole.
    expect(runSome !== undefined).toBe(input > 3 && output > 3)
    if (runSome === undefined) return
    const [reach, side] = [(taps - 1) / 2, 7 - taps]
    const x = centred(7, [2, 23, 18, input])
    const whole = tf.keep(run(x, true))
    // The first outputs start a tile; the part starts before, with or after what they see, which is cut off at the picture's edges.
    for (const [row, column, top, left, bottom, right] of [
      [2 * side, side, 2 * side - reach, side - reach, 2 * side + 3 * side + reach, side + 2 * side + reach],
      [2 * side, side, 1, 0, 23, 18],
      [0, 0, 0, 0, 3 * side + reach, 2 * side + reach],
    ] as const) {
      const size = [3 * side, 2 * side] as const
      const part = tf.slice(x, [0, top, left, 0], [-1, bottom - top, right - left, -1])
      const some = runSome(part, true, { size, before: [top - (row - reach), left - (column - reach)] })
      expect(take(some)).toEqual(take(tf.slice(whole, [0, row, column, 0], [-1, ...size, -1])))
      part.dispose()
    }
    tf.dispose([x, whole])
    dispose()
  })

  it('of a batch is that of its pictures', () => {
    const [a, b] = [centred(5, [1, 6, 7, input]), centred(6, [1, 6, 7, input])]
    const { run, dispose } = convolver(filter, bias)
    const together = take(tf.tidy(() => run(tf.concat([a, b]), true)))
    expect(together).toEqual(Float32Array.of(...take(run(a, true)), ...take(run(b, true))))
    dispose()
  })

  it('is NaN where a neighbour is, also after a ReLU, and infinite or NaN where one is infinite', () => {
    const { run, dispose } = convolver(filter, bias)
    for (const odd of [Number.NaN, Infinity]) {
      const x = tf.buffer([1, 9, 9, input])
      x.set(odd, 0, 4, 4, 1)
      for (const relu of [false, true]) {
        const y = run(x.toTensor() as Tensor4D, relu)
        const centre = take(tf.slice(y, [0, 4, 4, 0], [1, 1, 1, output]))
        expect(centre.some((v) => !Number.isFinite(v))).toBe(true)
        y.dispose()
      }
    }
    dispose()
  })

  it('leaves nothing behind', () => {
    const x = centred(7, [1, 6, 5, input])
    convolver(filter, bias).dispose()
    expect(
      leaked(() => {
        const { run, dispose } = convolver(filter, bias)
        run(x, true).dispose()
        dispose()
      }),
    ).toBe(0)
  })
})

describe('the convolutions', () => {
  // Sums of 4,644 products. Measured: 1.9e-6 of the norm, of plain sums in float32 0.8e-6.
  it('of 516 to 520 channels, whose transform is not kept, are the plain one', () => {
    const [x, filter, bias] = [centred(8, [1, 7, 5, 516]), centred(9, [3, 3, 516, 520]), biasOf(10, 520)]
    const before = tf.memory().numBytes
    const { run, dispose } = convolver(filter, bias)
    expect(tf.memory().numBytes - before).toBe(4 * (filter.size + 520))
    expect(apart(take(run(x, false)), convolved(x, filter, bias))).toBeLessThan(4e-6)
    dispose()
  })

  it.each([
    [3, 3, 16, 2, 0],
    [3, 3, 16, 2, 1],
    [3, 3, 8, 1, 2],
    [11, 3, 16, 4, 2],
    [7, 3, 8, 3, 0],
    [4, 3, 8, 2, 1],
    [3, 16, 24, 1, 2],
    [3, 16, 24, 1, 0],
    [5, 16, 24, 1, 4],
    [5, 16, 24, 1, 1],
  ] as const)('of side %i, from %i to %i channels, of stride %i and padding %i are the plain one', (taps, input, output, stride, padding) => {
    const [filter, bias, window] = [centred(11, [taps, taps, input, output]), biasOf(12, output), { stride, padding }]
    const { run, dispose } = convolver(filter, bias, false, window)
    for (const [height, width] of [
      [11, 14],
      [19, 23],
      [24, 12],
    ] as const) {
      // prettier-ignore
      const x = centred(13, [2, height, width, input])
      // As above: up to 400 products a sum.
      expect(apart(take(run(x, false)), convolved(x, filter, bias, window))).toBeLessThan(3e-6)
    }
    dispose()
  })

  it('of a picture give equal neighbourhoods equal values; those by Winograd are refused where that is needed', () => {
    const [filter, bias] = [centred(1, [3, 3, 3, 16]), biasOf(2, 16)]
    const { run, dispose } = convolver(filter, bias, true)
    const y = tf.tidy(() => run(tf.mul<Tensor4D>(tf.ones([1, 9, 11, 3]), 0.3), false))
    const [, , columns, channels] = y.shape
    const values = take(y)
    const at = (row: number, column: number): Float32Array => values.slice((row * columns + column) * channels, (row * columns + column + 1) * channels)
    for (let row = 1; row < 8; row++) for (let column = 1; column < 10; column++) expect(at(row, column)).toEqual(at(1, 1))
    dispose()
    expect(simdConvolver(theModule(), centred(1, [3, 3, 16, 16]), bias, SAME, true)).toBeUndefined()
  })

  it('of other windows and channels are not the module’s', () => {
    const of = (shape: [number, number, number, number], stride = 1, padding: 'same' | number = 'same') =>
      simdConvolver(theModule(), tf.zeros(shape), undefined, { stride, padding }, false)
    const refused = [
      of([7, 7, 16, 16]),
      of([3, 3, 16, 16], 2, 1),
      of([3, 3, 6, 16]),
      of([3, 3, 16, 12]),
      of([3, 1, 16, 16]),
      of([3, 3, 64, 3], 1, 2),
      of([3, 3, 3, 16], 2),
      of([4, 4, 3, 16]),
    ]
    expect(refused).toEqual(refused.map(() => undefined))
  })

  it('refuse inputs of other channels and types', () => {
    const { run, dispose } = convolver(centred(1, [3, 3, 16, 16]), undefined)
    expect(() => run(tf.zeros([1, 4, 4, 8]), false)).toThrow('A convolution of 16 channels received 8.')
    expect(() => run(tf.zeros([1, 4, 4, 16], 'int32'), false)).toThrow('take float32 tensors, but received int32')
    dispose()
  })
})
