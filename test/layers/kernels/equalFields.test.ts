/** Positions with equal receptive fields in the picture, checked by the definition: every pixel of both fields is compared. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { alexnet, alexnetShiftTolerant, compile, featureAt, mse, type CompiledLoss } from '../../../src/index.js'
import { assuming } from '../../../src/core/tensors/assumptions.js'
import { withTies } from '../../../src/layers/kernels/equalFields.js'
import { ALEXNET } from '../../../src/layers/networks/alexnet.js'
import { ALEXNET_SHIFT_TOLERANT } from '../../../src/layers/networks/alexnetShiftTolerant.js'
import { fieldsBefore } from '../../../src/layers/networks/layerFields.js'
import { VGG16 } from '../../../src/layers/networks/vgg16.js'
import { random } from '../../support/images.js'
import { gradientOf, norm, take } from '../../support/tensors.js'

type Shape = readonly [batch: number, height: number, width: number, channels: number]
type Colour = (row: number, column: number, next: () => number) => number

const PICTURES: readonly (readonly [string, Colour])[] = [
  ['one colour', () => 0.5],
  ['noise', (_row, _column, next) => next()],
  ['a horizontal edge', (row) => Number(row > 9)],
  ['a vertical edge', (_row, column) => Number(column > 11)],
  ['stripes of two pixels', (_row, column) => Number(column % 4 < 2)],
  ['diagonal stripes', (row, column) => Number((row + column) % 6 < 3)],
  ['a V', (row, column, next) => (Math.abs(column - 20) < row - 4 ? next() : 0)],
]

const pictureOf = ([batch, height, width, channels]: Shape, colour: Colour): Tensor4D => {
  const next = random(height + width)
  const values = Array.from({ length: batch * height * width }, (_, at) => colour(Math.floor(at / width) % height, at % width, next))
  return tf.tensor4d(
    values.flatMap((value) => Array.from({ length: channels }, (_, c) => value * (c + 1))),
    [batch, height, width, channels],
  )
}

/** Whether the fields of two positions along one side have the same part outside: the same position, or both are inside. */
const seeSameOutside = (one: number, other: number, side: number, [stride, before, size]: readonly number[]): boolean =>
  one === other || [one, other].every((at) => at * (stride ?? 1) >= (before ?? 0) && at * (stride ?? 1) - (before ?? 0) + (size ?? 1) <= side)

/** For each position the first that is joined with it, as positions less than a window apart with equal fields are. */
const definition = (picture: Tensor4D, field: readonly number[], [batch, rows, columns]: Shape, windowSide: number): number[] => {
  const [, height, width, channels] = picture.shape
  const [stride = 1, before = 0, size = 1] = field
  const values = picture.dataSync()
  const pixel = (image: number, y: number, x: number): string =>
    y < 0 || x < 0 || y >= height || x >= width
      ? 'outside'
      : values.slice(((image * height + y) * width + x) * channels, ((image * height + y) * width + x + 1) * channels).join()
  const sees = (image: number, row: number, column: number): string =>
    Array.from({ length: size * size }, (_, at) => pixel(image, row * stride - before + Math.floor(at / size), column * stride - before + (at % size))).join(
      ';',
    )
  const all = Array.from({ length: batch * rows * columns }, (_, at) => {
    const [image, row, column] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns] as const
    return { image, row, column, sight: sees(image, row, column) }
  })
  const areJoined = (a: (typeof all)[number], b: (typeof all)[number]): boolean =>
    a.image === b.image &&
    Math.abs(a.row - b.row) < windowSide &&
    Math.abs(a.column - b.column) < windowSide &&
    seeSameOutside(a.row, b.row, height, field) &&
    seeSameOutside(a.column, b.column, width, field) &&
    a.sight === b.sight
  const firsts = all.map((_, at) => at)
  for (let changed = true; changed;) {
    changed = false
    all.forEach((a, i) => {
      all.forEach((b, j) => {
        const first = Math.min(firsts[i] ?? 0, firsts[j] ?? 0)
        if (!areJoined(a, b) || (firsts[i] === first && firsts[j] === first)) return
        firsts[i] = first
        firsts[j] = first
        changed = true
      })
    })
  }
  return firsts
}

/** The receptive field before a pooling, and what it pools. */
const CASES = [
  { name: 'VGG16, block1_pool', table: VGG16, layer: 'block1_pool', side: 2, shape: [2, 19, 23, 3], positions: [2, 19, 23, 1] },
  { name: 'VGG16, block2_pool', table: VGG16, layer: 'block2_pool', side: 2, shape: [1, 39, 46, 3], positions: [1, 19, 23, 1] },
  { name: 'AlexNet, pool1', table: ALEXNET, layer: 'pool1', side: 3, shape: [2, 43, 51, 3], positions: [2, 9, 11, 1] },
  { name: 'AlexNet, pool2', table: ALEXNET, layer: 'pool2', side: 3, shape: [1, 91, 99, 3], positions: [1, 10, 11, 1] },
  { name: 'the shift-tolerant AlexNet, st_pool1', table: ALEXNET_SHIFT_TOLERANT, layer: 'st_pool1', side: 3, shape: [1, 31, 28, 3], positions: [1, 14, 12, 1] },
] as const

const same = (x: Tensor4D): Tensor4D => x

describe.each(CASES)('before $name', ({ table, layer, side, shape, positions }) => {
  const before = table.layers.slice(
    0,
    table.layers.findIndex(({ name }) => name === layer),
  )
  const fields = fieldsBefore(before)
  if (fields === undefined) throw new Error('The layers have receptive fields.')
  const [, , , stride = 1, offset = 0, size = 1] = fields([...shape])
  const places = Array.from({ length: positions[0] * positions[1] * positions[2] }, (_, at) => at)

  it.each(PICTURES)('%s: each position has the value of the first with an equal receptive field', (_name, colour) => {
    const picture = pictureOf(shape, colour)
    const x = tf.tensor4d(places, [...positions])
    const { x: equal } = withTies(x, x, { picture, fields }, side, same)
    expect([...equal.dataSync()]).toEqual(definition(picture, [stride, offset, size], positions, side))
  })

  it.each(PICTURES)('%s: recorded work assumes that no position has such another, and says so if one has', (_name, colour) => {
    const picture = pictureOf(shape, colour)
    const x = tf.tensor4d(places, [...positions])
    const [{ x: assumed }, broken] = assuming(() => withTies(x, x, { picture, fields }, side, same))
    expect(assumed).toBe(x)
    const repeats = definition(picture, [stride, offset, size], positions, side).some((first, at) => first !== at)
    // It looks at some pixels only, so it may suspect more than there is; in noise there is nothing to suspect.
    const expected = repeats ? [1] : colour === PICTURES[1]?.[1] ? [0] : [0, 1]
    expect(expected).toContain(Number(broken?.dataSync()[0]))
  })
})

describe('gradients over networks whose poolings overlap', () => {
  const usual = process.env['BACKEND'] ?? 'wasm'
  afterAll(() => tf.setBackend(usual))

  // Tolerance: rounding of sums of up to 3456 products is 1e-6 of the norm. By values, AlexNet's were off by 31 to 39 % on native without AVX-512; the
  // shift-tolerant one's were not (3e-6), and must stay so.
  const losses = {
    AlexNet: async () => compile(mse(featureAt('conv3')), await alexnet()),
    'the shift-tolerant AlexNet': async () => compile(mse(featureAt('st_conv2')), await alexnetShiftTolerant()),
  } satisfies Record<string, () => Promise<CompiledLoss>>
  it.each([
    ['AlexNet', 'one colour'],
    ['AlexNet', 'stripes of two pixels'],
    ['the shift-tolerant AlexNet', 'one colour'],
  ] as const)('%s: as on the cpu backend for %s', async (network, name) => {
    const colour = PICTURES.find(([known]) => known === name)?.[1] ?? (() => 0)
    const gradient = async (backend: string): Promise<Float32Array> => {
      await tf.setBackend(backend)
      const f = await losses[network]()
      const target = pictureOf([1, 48, 64, 3], (row, column) => 0.3 + 0.1 * Math.sin(0.7 * row + 0.3 * column))
      const picture = pictureOf([1, 48, 64, 3], colour)
      const result = gradientOf((x) => f(target, x as Tensor4D), picture)
      f.dispose()
      tf.dispose([target, picture])
      return result
    }
    const [ours, cpu] = [await gradient(usual), await gradient('cpu')]
    expect(norm(ours.map((v, i) => v - (cpu[i] ?? 0)))).toBeLessThan(2e-5 * norm(cpu))
  })
})

it('takes nothing that stays', () => {
  const picture = pictureOf([1, 19, 23, 3], () => 0.5)
  const fields = fieldsBefore(VGG16.layers.slice(0, 2))
  if (fields === undefined) throw new Error('The layers have receptive fields.')
  const x = tf.ones([1, 19, 23, 4]) as Tensor4D
  const before = tf.memory().numTensors
  take(tf.tidy(() => withTies(x, x, { picture, fields }, 2, same).x))
  expect(tf.memory().numTensors).toBe(before)
})
