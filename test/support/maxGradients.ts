/** The gradients of max pooling by kernels of a backend, against their definition. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type { NetworkTable } from '../../src/layers/architecture/networkTable.js'
import type { ComparableFields, FieldNumbers } from '../../src/layers/kernels/step.js'
import { covered, LOWEST, type PoolingWindow } from '../../src/layers/kernels/windows.js'
import { ALEXNET } from '../../src/layers/networks/alexnet.js'
import { fieldsBefore } from '../../src/layers/networks/layerFields.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'
import { random } from './images.js'
import { leaked, take } from './tensors.js'

/** A backend's kernels; they take channels that are a multiple of `channels`. */
export interface MaxGradients {
  readonly channels: number
  readonly maxPool: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, seen: ComparableFields | undefined) => Tensor4D | undefined
  readonly overlapping: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, window: PoolingWindow, seen: ComparableFields | undefined) => Tensor4D | undefined
}

type Shape4 = [number, number, number, number]
const made = (shape: Shape4, value: (i: number) => number): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)),
    shape,
  )

/** Whether two positions of a layer have equal receptive fields. */
type Same = (image: number, a: readonly [number, number], b: readonly [number, number]) => boolean

/** The gradient of max pooling by its definition; a position is a maximum if it, or one with an equal receptive field, has the greatest value. */
const shared = (dy: Tensor4D, x: Tensor4D, same: Same, { size, stride }: Pick<PoolingWindow, 'size' | 'stride'> = { size: 2, stride: 2 }): number[] => {
  const [batch, height, width, channels] = x.shape
  const [, down, across] = dy.shape
  const [above, values] = [dy.dataSync(), x.dataSync()]
  const dx = new Array<number>(x.size).fill(0)
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++)
        for (let c = 0; c < channels; c++) {
          const window = Array.from({ length: size ** 2 }, (_, k) => [stride * i + Math.floor(k / size), stride * j + (k % size)] as const).filter(
            ([row, column]) => row < height && column < width,
          )
          const place = ([row, column]: readonly [number, number]): number => ((n * height + row) * width + column) * channels + c
          const most = Math.max(...window.map((position) => values[place(position)] ?? 0))
          const maxima = window.filter((position) => window.some((other) => values[place(other)] === most && (other === position || same(n, position, other))))
          maxima.forEach((position) => {
            const share = Math.fround((above[((n * down + i) * across + j) * channels + c] ?? 0) / maxima.length)
            dx[place(position)] = Math.fround((dx[place(position)] ?? 0) + share)
          })
        }
  return dx
}

const never: Same = () => false

const pooled = (x: Tensor4D): Tensor4D => tf.maxPool(x, 2, 2, 'valid')

/** The receptive fields of the positions that a pooling pools. */
const before = (pooling: string, { layers }: Pick<NetworkTable, 'layers'> = VGG16): FieldNumbers => {
  const numbers = fieldsBefore(
    layers.slice(
      0,
      layers.findIndex(({ name }) => name === pooling),
    ),
  )
  if (numbers === undefined) throw new Error('The network has receptive fields.')
  return numbers
}

/** Both gradients are shared among equal maxima, and among positions with equal receptive fields. */
export const describeMaxGradients = ({ channels, maxPool, overlapping }: MaxGradients): void => {
  const inChannels = ([batch, height, width, times]: Shape4): Shape4 => [batch, height, width, times * channels]

  describe('the gradient of max pooling', () => {
    it.each<Shape4>([
      [1, 2, 2, 1],
      [2, 6, 4, 2],
      [1, 5, 7, 1],
      [2, 3, 9, 3],
    ])('of [%i, %i, %i] and %i times the fewest channels is shared among equal maxima', (...sides) => {
      const shape = inChannels(sides)
      const next = random(shape[1])
      const x = made(shape, () => Math.floor(4 * next()) - 2)
      const y = pooled(x)
      const dy = made(y.shape as Shape4, () => next() - 0.5)
      expect([...take(maxPool(dy, x, y, undefined) as Tensor4D)]).toEqual(shared(dy, x, never))
    })

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

    it.each(PICTURES)('of %s is shared among positions with equal receptive fields, however their values are rounded', (_, value) => {
      const next = random(5)
      const shape = inChannels([2, 19, 22, 1])
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
      expect([...take(maxPool(dy, x, y, seen) as Tensor4D)]).toEqual(expected)
      // The case has ties: values alone would have chosen one position of each window.
      expect(expected).not.toEqual(shared(dy, x, never))
    })

    it('leaves nothing behind', () => {
      const x = made(inChannels([1, 4, 4, 1]), (i) => i % 5)
      const y = pooled(x)
      const gradient = () => maxPool(y, x, y, { picture: x, fields: before('block1_pool') })
      expect(
        maxPool(
          y,
          made([1, 4, 4, channels + 2], () => 0),
          y,
          undefined,
        ),
      ).toBeUndefined()
      gradient()?.dispose()
      expect(leaked(() => gradient()?.dispose())).toBe(0)
    })
  })

  describe('the gradient of max pooling over windows that overlap', () => {
    const WINDOWS: readonly PoolingWindow[] = [
      { size: 3, stride: 2, rounding: 'floor' },
      { size: 3, stride: 2, rounding: 'ceil' },
      { size: 2, stride: 1, rounding: 'floor' },
      { size: 4, stride: 3, rounding: 'ceil' },
      { size: 5, stride: 2, rounding: 'floor' },
      { size: 2, stride: 3, rounding: 'floor' },
    ]
    const over = (x: Tensor4D, window: PoolingWindow): Tensor4D => tf.tidy(() => tf.maxPool(covered(x, window, LOWEST), window.size, window.stride, 'valid'))

    describe.each(WINDOWS)('$size x $size, stride $stride, rounded to $rounding', (window) => {
      it.each<Shape4>([
        [1, 5, 5, 1],
        [2, 8, 6, 2],
        [2, 9, 12, 1],
      ])('of [%i, %i, %i] and %i times the fewest channels is shared among equal maxima', (...sides) => {
        const shape = inChannels(sides)
        const next = random(shape[1] + window.size)
        const x = made(shape, () => Math.floor(4 * next()) - 2)
        const y = over(x, window)
        // Multiples of 1/64, so that sums over windows are exact but for the shares.
        const dy = made(y.shape as Shape4, () => Math.floor(64 * next()) / 64 - 0.5)
        expect(Array.from(take(overlapping(dy, x, y, window, undefined) as Tensor4D))).toEqual(shared(dy, x, never, window))
      })
    })

    // AlexNet's first convolution: 11 x 11 pixels, 4 apart, 2 of padding.
    const same =
      (picture: Tensor4D): Same =>
      (image, [row, column], [otherRow, otherColumn]) => {
        const [, height, width, channels] = picture.shape
        const values = picture.dataSync()
        const inside = (at: number, side: number): boolean => 4 * at - 2 >= 0 && 4 * at + 9 <= side
        if (row !== otherRow && !(inside(row, height) && inside(otherRow, height))) return false
        if (column !== otherColumn && !(inside(column, width) && inside(otherColumn, width))) return false
        const pixel = (r: number, c: number): string =>
          r < 0 || c < 0 || r >= height || c >= width
            ? 'outside'
            : values.slice(((image * height + r) * width + c) * channels, ((image * height + r) * width + c + 1) * channels).join()
        const offsets = Array.from({ length: 11 }, (_, i) => i - 2)
        return offsets.every((i) => offsets.every((j) => pixel(4 * row + i, 4 * column + j) === pixel(4 * otherRow + i, 4 * otherColumn + j)))
      }

    it.each([
      ['one colour', () => 0.5],
      ['a vertical edge', (_: number, column: number) => (column > 29 ? 1 : 0)],
      ['stripes that repeat every eight pixels', (row: number) => (row % 8 < 3 ? 1 : 0)],
      ['a diagonal edge', (row: number, column: number) => (column > row ? 1 : 0)],
    ] as const)('of %s is shared among positions with equal receptive fields, however their values are rounded', (_, value) => {
      const next = random(7)
      const picture = made([2, 42, 54, 3], (i) => {
        const [column, row] = [Math.floor(i / 3) % 54, Math.floor(i / 162) % 42]
        return i < 42 * 54 * 3 ? value(row, column) : value(column, row)
      })
      const x = made(inChannels([2, 9, 12, 1]), () => 1 + 1e-6 * next())
      const [window, seen] = [{ size: 3, stride: 2, rounding: 'floor' } as const, { picture, fields: before('pool1', ALEXNET) }]
      const y = over(x, window)
      const dy = made(y.shape as Shape4, () => next() - 0.5)
      const expected = shared(dy, x, same(picture), window)
      const found = take(overlapping(dy, x, y, window, seen) as Tensor4D)
      // Sums of up to four shares, added in the order of the windows in both.
      expect(Array.from(found)).toEqual(expected)
      expect(expected).not.toEqual(shared(dy, x, never, window))
    })

    it('is left to others for larger windows and other channels; and leaves nothing behind', () => {
      const [x, odd] = [made(inChannels([1, 7, 7, 1]), (i) => i % 5), made([1, 7, 7, channels + 2], (i) => i % 5)]
      const gradient = (of: Tensor4D, size: number) => overlapping(of, of, of, { size, stride: 2, rounding: 'floor' }, undefined)
      expect([gradient(x, 6), gradient(odd, 3)]).toEqual([undefined, undefined])
      const y = over(x, { size: 3, stride: 2, rounding: 'floor' })
      const seen = { picture: x, fields: before('pool1', ALEXNET) }
      const once = () => overlapping(y, x, y, { size: 3, stride: 2, rounding: 'floor' }, seen)?.dispose()
      once()
      expect(leaked(once)).toBe(0)
    })
  })
}
