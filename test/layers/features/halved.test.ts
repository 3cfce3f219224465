/** Pictures at half their size. */
import { expect, it } from 'vitest'
import { compile, halved, mse, pixels } from '../../../src/index.js'
import { noise, plain } from '../../support/images.js'
import { applied, isFiniteEverywhere, isLinear } from '../../support/pixelLosses.js'
import { take } from '../../support/tensors.js'

isLinear('halved', halved(pixels))
isFiniteEverywhere('mse of halved', mse(halved(pixels)))

it('keeps every second position of the binomial mean, with zeros outside', () => {
  const x = noise(3, [1, 3, 5, 1])
  const at = (row: number, column: number): number => x.dataSync()[row * 5 + column] ?? 0
  const near = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => ({ i, j, weight: (2 - Math.abs(i)) * (2 - Math.abs(j)) })))
  const inside = (row: number, column: number): number => (row < 0 || row > 2 || column < 0 || column > 4 ? 0 : at(row, column))
  const expected = [0, 2].flatMap((row) =>
    [0, 2, 4].map((column) => near.reduce((sum, { i, j, weight }) => sum + (weight * inside(row + i, column + j)) / 16, 0)),
  )
  const received = take(applied(halved(pixels), x))
  expect(received).toHaveLength(6)
  expected.forEach((value, i) => expect(received[i]).toBeCloseTo(value, 6))
})

it('darkens a plain picture at the first row and column only', () => {
  expect(Array.from(take(applied(halved(pixels), plain(1, [1, 4, 4, 1]))))).toEqual([0.5625, 0.75, 0.75, 1])
})

it('is refused on tiles', () => {
  expect(() => compile(mse(halved(pixels)), { memory: '64MiB' })).toThrow(/halved keeps every second position of the whole picture/)
})
