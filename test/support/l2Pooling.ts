/** L2 pooling and its gradient by kernels of a backend, against their definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { noise } from './images.js'
import { leaked, take } from './tensors.js'

type Shape4 = [number, number, number, number]

/** A backend's kernels; they take channels that are a multiple of `channels`. */
export interface L2Kernels {
  readonly channels: number
  readonly value: (x: Tensor4D) => Tensor4D
  readonly gradient: (dy: Tensor4D, x: Tensor4D, y: Tensor4D) => Tensor4D
}

/** Every output with every input of its window: what `visit` does with their places and the weight. */
const windows = ([batch, height, width, channels]: Shape4, visit: (output: number, input: number, weight: number) => void): void => {
  const [down, across] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < down; row++)
      for (let column = 0; column < across; column++)
        for (const i of [-1, 0, 1])
          for (const j of [-1, 0, 1]) {
            const [r, s] = [2 * row + i, 2 * column + j]
            if (r < 0 || s < 0 || r >= height || s >= width) continue
            const weight = ((2 - Math.abs(i)) * (2 - Math.abs(j))) / 16
            for (let c = 0; c < channels; c++) visit(((n * down + row) * across + column) * channels + c, ((n * height + r) * width + s) * channels + c, weight)
          }
}

const exact = (x: Tensor4D): { readonly y: readonly number[]; readonly gradient: (dy: Float32Array) => readonly number[] } => {
  const values = x.dataSync()
  const [batch, height, width, channels] = x.shape
  const y = new Array<number>(batch * Math.ceil(height / 2) * Math.ceil(width / 2) * channels).fill(1e-12)
  windows(x.shape, (output, input, weight) => {
    y[output]! += weight * (values[input] ?? 0) ** 2
  })
  const roots = y.map(Math.sqrt)
  return {
    y: roots,
    gradient: (dy) => {
      const dx = new Array<number>(x.size).fill(0)
      windows(x.shape, (output, input, weight) => {
        dx[input]! += (weight * (values[input] ?? 0) * (dy[output] ?? 0)) / (roots[output] ?? 0)
      })
      return dx
    },
  }
}

// Sides of one and of several, odd and even; channels beside those that are computed together.
const SHAPES = [
  [1, 1, 1, 1],
  [1, 2, 2, 1],
  [2, 5, 4, 2],
  [1, 6, 7, 3],
  [1, 1, 9, 1],
  [1, 7, 1, 4],
  [2, 9, 8, 5],
  [1, 40, 50, 8],
] as const

/** Tests of the kernels. */
export const describeL2Pooling = ({ channels, value, gradient }: L2Kernels): void => {
  describe.each(SHAPES)('L2 pooling of [%i, %i, %i, %i times the fewest channels]', (batch, height, width, times) => {
    it('and its gradient are their definitions', () => {
      const x = tf.tidy(() => tf.sub<Tensor4D>(noise(1, [batch, height, width, times * channels]), 0.5))
      const { y: expected, gradient: slopesOf } = exact(x)
      const y = value(x)
      expect(y.shape).toEqual([batch, Math.ceil(height / 2), Math.ceil(width / 2), times * channels])
      y.dataSync().forEach((v, i) => expect(Math.abs(v - (expected[i] ?? 0))).toBeLessThan(1e-6))
      const dy = noise(2, y.shape)
      const slopes = slopesOf(dy.dataSync<'float32'>())
      take(gradient(dy, x, y)).forEach((v, i) => expect(Math.abs(v - (slopes[i] ?? 0))).toBeLessThan(2e-6))
    })
  })

  describe('L2 pooling', () => {
    it('has the gradient 0 on black, and is NaN where its window has NaN', () => {
      const black = tf.zeros<tf.Rank.R4>([1, 4, 4, channels])
      const y = value(black)
      expect([...take(gradient(tf.onesLike(y), black, y))].every((v) => v === 0)).toBe(true)
      const x = tf.buffer([1, 5, 5, channels])
      x.set(Number.NaN, 0, 2, 1, 0)
      // Windows of the rows 1 to 3 and the columns -1 to 1 and 1 to 3 have it.
      const found = [...take(value(x.toTensor() as Tensor4D))].flatMap((v, i) => (Number.isNaN(v) ? [i / channels] : []))
      expect(found).toEqual([3, 4])
    })

    it('leaves nothing behind', () => {
      const x = noise(3, [1, 4, 5, 2 * channels])
      expect(
        leaked(() => {
          const y = value(x)
          gradient(y, x, y).dispose()
          y.dispose()
        }),
      ).toBe(0)
    })
  })
}
