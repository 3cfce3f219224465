/** The ops for pictures and for the gradients of max pooling on the native backend, against sums in double precision and the definition. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type { Convolver } from '../../../../src/layers/kernels/convolver.js'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { pictureConvolver } from '../../../../src/layers/kernels/native/pictureOps.js'
import { maxPoolGradientOp, overlappingMaxGradientOp } from '../../../../src/layers/kernels/native/poolingGradientOps.js'
import type { Window } from '../../../../src/layers/kernels/windows.js'
import { noise } from '../../../support/images.js'
import { describeMaxGradients } from '../../../support/maxGradients.js'
import { leaked, norm, take } from '../../../support/tensors.js'

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))
const biasOf = (seed: number, channels: number): Tensor1D => tf.tidy(() => tf.reshape(centred(seed, [1, 1, 1, channels]), [channels]))

const convolver = (filter: Tensor4D, bias: Tensor1D | undefined, window: Window): Convolver => {
  const made = pictureConvolver(filter, bias, window)
  if (made === undefined) throw new Error(`The ops must convolve a filter ${filter.shape.join(' x ')}.`)
  return made
}

/** The convolution in double precision: sums over the filter at each position, with zeros around the picture. */
const exactly = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): number[] => {
  const [batch, height, width, input] = x.shape
  const [taps, , , output] = filter.shape
  const [down, across] = [height, width].map((side) => Math.floor((side + 2 * before - taps) / stride) + 1) as [number, number]
  const [values, weights, addends] = [x.dataSync(), filter.dataSync(), bias?.dataSync()]
  const y: number[] = []
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++)
        for (let o = 0; o < output; o++) {
          let sum = addends?.[o] ?? 0
          for (let a = 0; a < taps; a++)
            for (let b = 0; b < taps; b++) {
              const [row, column] = [stride * i + a - before, stride * j + b - before]
              if (row < 0 || column < 0 || row >= height || column >= width) continue
              for (let c = 0; c < input; c++)
                sum += (values[((n * height + row) * width + column) * input + c] ?? 0) * (weights[((a * taps + b) * input + c) * output + o] ?? 0)
            }
          y.push(sum)
        }
  return y
}

const SIZES = [
  [1, 11, 11],
  [2, 12, 17],
  [1, 29, 40],
  [3, 13, 25],
] as const

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('the ops', () => {
  // VGG16's first layer and AlexNet's; an even filter; and gradients of first layers, to three channels.
  describe.each([
    [3, 3, 64, 1, 1],
    [11, 3, 64, 4, 2],
    [4, 3, 32, 3, 0],
    [3, 64, 3, 1, 1],
    [3, 16, 3, 1, 1],
  ])('of %i taps a side, from %i to %i channels, at stride %i with padding %i', (taps, input, output, stride, padding) => {
    const filter = centred(1, [taps, taps, input, output])
    const bias = output === 3 ? undefined : biasOf(2, output)
    const window = { stride, padding }

    it.each(SIZES)('are the plain convolution of [%i, %i, %i], with and without ReLU', (batch, height, width) => {
      const x = centred(3, [batch, height, width, input])
      const exact = exactly(x, filter, bias, stride, padding)
      const { run, dispose } = convolver(filter, bias, window)
      // Float32 sums of up to 576 products.
      for (const relu of [false, true]) {
        const expected = exact.map((v) => (relu ? Math.max(0, v) : v))
        expect(norm(take(run(x, relu)).map((v, i) => v - (expected[i] ?? Number.NaN)))).toBeLessThan(1e-6 * norm(exact))
      }
      dispose()
    })

    it('give equal neighbourhoods equal values', () => {
      const { run, dispose } = convolver(filter, bias, window)
      const y = tf.tidy(() => run(tf.fill<tf.Rank.R4>([1, 40, 41, input], 0.3), false))
      const [, down, across] = y.shape
      const inside = take(tf.slice(y, [0, 2, 2, 0], [1, down - 4, across - 4, output]))
      inside.forEach((value, i) => {
        expect(value).toBe(inside[i % output])
      })
      dispose()
    })

    it('are NaN where a neighbour is, also after a ReLU, and leave nothing behind', () => {
      const x = tf.buffer([1, 23, 23, input])
      x.set(Number.NaN, 0, 12, 12, 1)
      const image = x.toTensor() as Tensor4D
      const { run, dispose } = convolver(filter, bias, window)
      for (const relu of [false, true]) expect(take(tf.tidy(() => run(image, relu))).filter(Number.isNaN).length).toBeGreaterThan(0)
      dispose()
      expect(
        leaked(() => {
          const made = convolver(filter, bias, window)
          made.run(image, true).dispose()
          made.dispose()
        }),
      ).toBe(0)
    })
  })

  it('are not for other channels and windows', () => {
    const of = (shape: [number, number, number, number], stride: number, padding: 'same' | number) =>
      pictureConvolver(tf.zeros(shape), undefined, { stride, padding })
    expect([of([3, 3, 3, 16], 1, 1), of([3, 3, 4, 32], 1, 1), of([3, 3, 16, 3], 1, 0), of([3, 3, 8, 3], 1, 1), of([4, 4, 3, 32], 1, 'same')]).toEqual(
      Array.from({ length: 5 }, () => undefined),
    )
  })

  it('reject inputs that do not fit', () => {
    const first = convolver(centred(1, [3, 3, 3, 32]), undefined, { stride: 1, padding: 1 })
    expect(() => first.run(tf.zeros([1, 4, 4, 4]), false)).toThrow('Pictures of three channels, a filter and a bias that fit are expected.')
    const last = convolver(centred(1, [3, 3, 16, 3]), undefined, { stride: 1, padding: 1 })
    expect(() => last.run(tf.zeros([1, 4, 4, 32]), false)).toThrow("A filter 3 x 3 from the input's channels to three is expected.")
    const [x, y] = [tf.zeros<tf.Rank.R4>([1, 4, 4, 16]), tf.zeros<tf.Rank.R4>([1, 3, 2, 16])]
    expect(() => maxPoolGradientOp(y, x, y, undefined)).toThrow('The tensors of a max pooling, and its pictures, are expected.')
    first.dispose()
    last.dispose()
  })

  describeMaxGradients({ channels: 16, maxPool: maxPoolGradientOp, overlapping: overlappingMaxGradientOp })
})
