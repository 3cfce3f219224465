/** Gradients of ReLUs and max pooling of the WebAssembly module, against their definitions. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VGG16 } from '../../../../src/layers/networks/vgg16.js'
import { fieldsBefore } from '../../../../src/layers/networks/layerFields.js'
import type { FieldNumbers } from '../../../../src/layers/kernels/step.js'
import { simdMaxPoolGradient, simdReluGradient } from '../../../../src/layers/kernels/simd/simdGradients.js'
import { networkKernels, type NetworkKernels } from '../../../../src/layers/kernels/simd/networkKernels.js'
import { random } from '../../../support/images.js'
import { leaked, take } from '../../../support/tensors.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

const theModule = (): NetworkKernels => {
  const module = networkKernels()
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  return module
}

type Shape4 = [number, number, number, number]
const made = (shape: Shape4, value: (i: number) => number): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)),
    shape,
  )

describe('the gradient through a ReLU', () => {
  it.each([1, 4, 7, 30])('of %i numbers is dy where y is above zero', (count) => {
    const next = random(count)
    const dy = made([1, 1, count, 1], () => next() - 0.5)
    const y = made([1, 1, count, 1], () => Math.max(0, next() - 0.5))
    const [above, values] = [dy.dataSync(), y.dataSync()]
    expect(take(simdReluGradient(theModule(), dy, y))).toEqual(above.map((v, i) => ((values[i] ?? 0) > 0 ? v : 0)))
  })
})

/** Whether two positions of a layer see the same in a picture. */
type Same = (image: number, a: readonly [number, number], b: readonly [number, number]) => boolean

/** The gradient of max pooling by its definition; a position is a maximum if it, or one that sees the same, has the greatest value. */
const shared = (dy: Tensor4D, x: Tensor4D, same: Same): number[] => {
  const [batch, height, width, channels] = x.shape
  const [, down, across] = dy.shape
  const [above, values] = [dy.dataSync(), x.dataSync()]
  const dx = new Array<number>(x.size).fill(0)
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++)
        for (let c = 0; c < channels; c++) {
          const window = [0, 1, 2, 3].map((k) => [2 * i + (k >> 1), 2 * j + (k & 1)] as const)
          const place = ([row, column]: readonly [number, number]): number => ((n * height + row) * width + column) * channels + c
          const most = Math.max(...window.map((position) => values[place(position)] ?? 0))
          const maxima = window.filter((position) => window.some((other) => values[place(other)] === most && (other === position || same(n, position, other))))
          maxima.forEach((position) => {
            dx[place(position)] = Math.fround((above[((n * down + i) * across + j) * channels + c] ?? 0) / maxima.length)
          })
        }
  return dx
}

const never: Same = () => false

const pooled = (x: Tensor4D): Tensor4D => tf.maxPool(x, 2, 2, 'valid')

describe('the gradient of max pooling', () => {
  it.each<Shape4>([
    [1, 2, 2, 4],
    [2, 6, 4, 8],
    [1, 5, 7, 4],
    [2, 3, 9, 12],
  ])('of [%i, %i, %i, %i] is shared among equal maxima', (...shape) => {
    const next = random(shape[1])
    const x = made(shape, () => Math.floor(4 * next()) - 2)
    const y = pooled(x)
    const dy = made(y.shape as Shape4, () => next() - 0.5)
    expect([...take(simdMaxPoolGradient(theModule(), dy, x, y, undefined))]).toEqual(shared(dy, x, never))
  })

  const before = (pooling: string): FieldNumbers => {
    const numbers = fieldsBefore(
      VGG16.layers.slice(
        0,
        VGG16.layers.findIndex(({ name }) => name === pooling),
      ),
    )
    if (numbers === undefined) throw new Error('VGG16 has receptive fields.')
    return numbers
  }

  it('knows the receptive fields of VGG16 and which positions no padding reaches', () => {
    // Two convolutions see 5 x 5; of 40 positions the first and the last two see padding. Pooling halves; two more convolutions see 4 (2 + 2) more on each side, and so on.
    expect(before('block1_pool')([1, 40, 30, 3])).toEqual([40, 30, 3, 1, 2, 5, 2, 37, 2, 27])
    expect(before('block2_pool')([2, 40, 30, 3])).toEqual([40, 30, 3, 2, 6, 14, 3, 16, 3, 11])
  })

  // In the first layer a position sees the 5 x 5 pixels around it.
  const same =
    (picture: Tensor4D): Same =>
    (image, [row, column], [otherRow, otherColumn]) => {
      const [, height, width, channels] = picture.shape
      const values = picture.dataSync()
      const inside = (at: number, side: number): boolean => at >= 2 && at < side - 2
      if (row !== otherRow && !(inside(row, height) && inside(otherRow, height))) return false
      if (column !== otherColumn && !(inside(column, width) && inside(otherColumn, width))) return false
      const pixel = (r: number, c: number): readonly number[] =>
        r < 0 || c < 0 || r >= height || c >= width
          ? [Number.POSITIVE_INFINITY]
          : Array.from(values.slice(((image * height + r) * width + c) * channels, ((image * height + r) * width + c + 1) * channels))
      return [-2, -1, 0, 1, 2].every((i) => [-2, -1, 0, 1, 2].every((j) => pixel(row + i, column + j).join() === pixel(otherRow + i, otherColumn + j).join()))
    }

  const PICTURES = [
    ['one colour', () => 0.5],
    ['a horizontal edge', (row: number) => (row > 8 ? 1 : 0)],
    ['a vertical edge', (_: number, column: number) => (column > 9 ? 1 : 0)],
    ['a diagonal edge', (row: number, column: number) => (column > row ? 1 : 0)],
    ['the other diagonal', (row: number, column: number) => (column + row > 17 ? 1 : 0)],
    ['a square', (row: number, column: number) => (row > 6 && row < 15 && column > 4 && column < 14 ? 1 : 0)],
  ] as const

  it.each(PICTURES)('of %s is shared among positions that see the same, however their values are rounded', (_, value) => {
    const next = random(5)
    const shape: Shape4 = [2, 19, 22, 4]
    // The second picture of the batch is transposed in part, so that pictures differ.
    const picture = made([2, 19, 22, 3], (i) => {
      const [column, row] = [Math.floor(i / 3) % 22, Math.floor(i / 66) % 19]
      return i < 19 * 22 * 3 ? value(row, column) : value(column, row)
    })
    const x = made(shape, () => 1 + 1e-6 * next())
    const y = pooled(x)
    const dy = made(y.shape as Shape4, () => next() - 0.5)
    const seen = { picture, fields: before('block1_pool') }
    const expected = shared(dy, x, same(picture))
    expect([...take(simdMaxPoolGradient(theModule(), dy, x, y, seen))]).toEqual(expected)
    // The case has ties: values alone would have chosen one position of each window.
    expect(expected).not.toEqual(shared(dy, x, never))
  })

  it('leaves nothing behind', () => {
    const x = made([1, 4, 4, 4], (i) => i % 5)
    const y = pooled(x)
    const gradient = () => simdMaxPoolGradient(theModule(), y, x, y, { picture: x, fields: before('block1_pool') })
    gradient().dispose()
    expect(
      leaked(() => {
        gradient().dispose()
      }),
    ).toBe(0)
  })
})
