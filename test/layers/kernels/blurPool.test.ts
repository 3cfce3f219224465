/** Blurred downsampling, against its definition, and its gradient against differences. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { blurPool, blurPooledSide } from '../../../src/layers/kernels/blurPool.js'
import { noise, plain } from '../../support/images.js'
import { take } from '../../support/tensors.js'

it.each([
  [3, 4],
  [4, 7],
  [8, 5],
] as const)('blurs a picture of %i x %i, mirrored at its edges, and keeps every second position', (high, wide) => {
  const x = noise(11, [1, high, wide, 2])
  const at = (row: number, column: number, channel: number): number => {
    const inside = (i: number, side: number): number => (i < 0 ? -i : i >= side ? 2 * side - 2 - i : i)
    return x.dataSync()[(inside(row, high) * wide + inside(column, wide)) * 2 + channel] ?? 0
  }
  const y = blurPool.forward(x)
  expect(y.shape).toEqual([1, blurPooledSide(high), blurPooledSide(wide), 2])
  const weights = [1, 2, 1]
  const expected = Array.from({ length: y.size }, (_, i) => {
    const [channel, column, row] = [i % 2, Math.floor(i / 2) % y.shape[2], Math.floor(i / 2 / y.shape[2])]
    return weights.flatMap((v, r) => weights.map((w, c) => (v * w * at(2 * row - 2 + r, 2 * column - 2 + c, channel)) / 16)).reduce((sum, one) => sum + one, 0)
  })
  const received = take(y)
  expected.forEach((value, i) => expect(received[i]).toBeCloseTo(value, 6))
})

it.each([
  [3, 4],
  [7, 8],
] as const)('has the transpose of itself as gradient, on %i x %i', (high, wide) => {
  const [x, dy] = [noise(12, [2, high, wide, 3]), noise(13, [2, blurPooledSide(high), blurPooledSide(wide), 3])]
  const forward = tf.sum(tf.mul(blurPool.forward(x), dy)).dataSync()[0] ?? 0
  const kept = { x: undefined, y: undefined, from: x.shape }
  expect((tf.sum(tf.mul(x, blurPool.backward(dy, kept))).dataSync()[0] ?? Number.NaN) / forward).toBeCloseTo(1, 5)
})

it('keeps a plain picture', () => {
  expect(take(blurPool.forward(plain(0.5, [1, 9, 9, 1]) as Tensor4D)).every((v) => v === 0.5)).toBe(true)
  expect([1, 2, 3, 4, 5].map(blurPooledSide)).toEqual([0, 0, 3, 3, 4])
})
