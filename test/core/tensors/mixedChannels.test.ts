/** Channels mixed by a matrix, by the kernel of our own on WASM and as a product of matrices elsewhere: their definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mixedChannels, type Mix } from '../../../src/core/tensors/mixedChannels.js'
import { noise } from '../../support/images.js'

const kinds = fc.constantFrom<readonly [number, number]>([3, 3], [3, 1], [1, 3], [4, 2], [1, 1])
const mixes: fc.Arbitrary<Mix> = kinds.chain(([from, to]) =>
  fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: to, maxLength: to }), { minLength: from, maxLength: from }),
)
const sides = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))

/** The transpose of a matrix. */
const transposed = (mix: Mix): Mix => mix[0]!.map((_, to) => mix.map((row) => row[to]!))

/** Every position's channels times the matrix. */
const defined = (x: ArrayLike<number>, mix: Mix): readonly number[] =>
  Array.from({ length: x.length / mix.length }, (_, at) =>
    mix[0]!.map((__, to) => mix.reduce((sum, row, from) => sum + x[at * mix.length + from]! * row[to]!, 0)),
  ).flat()

// Four products of numbers up to 2, rounded in float32: 4 times 2 times 6e-8, and the rounding of the matrix.
const TOLERANCE = 2e-6

const furthest = (values: Tensor4D, expected: readonly number[]): number =>
  Math.max(...Array.from(values.dataSync(), (value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))

it('is each position times the matrix, and its gradient times the transpose, for any shape', () => {
  fc.assert(
    fc.property(fc.nat(1000), sides, mixes, (seed, [batch, height, width], mix) => {
      tf.tidy(() => {
        const x = noise(seed, [batch, height, width, mix.length])
        const dy = noise(seed + 1, [batch, height, width, mix[0]!.length])
        const mixed = mixedChannels(x, mix)
        expect(mixed.shape).toEqual(dy.shape)
        expect(furthest(mixed, defined(x.dataSync(), mix))).toBeLessThan(TOLERANCE)
        const slope = tf.grad((v) => mixedChannels(v, mix))(x, dy) as Tensor4D
        expect(furthest(slope, defined(dy.dataSync(), transposed(mix)))).toBeLessThan(TOLERANCE)
      })
    }),
    { seed: 7, numRuns: 60 },
  )
})

it('gives a position the same bits at every place of a picture', () => {
  const mix = [
    [0.3, -0.6, 0.1],
    [0.59, 0.2, 0.7],
    [0.11, 0.4, -0.8],
  ]
  for (const columns of [mix, mix.map((row) => row.slice(0, 1))])
    tf.tidy(() => {
      const values = mixedChannels(tf.tile(noise(1, [1, 1, 1, 3]), [1, 1, 11, 1]), columns).dataSync()
      for (let at = 0; at < values.length; at++) expect(values[at]).toBe(values[at % columns[0]!.length])
    })
})
