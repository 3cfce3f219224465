/** Bytes as levels, and marks of numbers that are not finite, by the kernels on WASM. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { simdFiniteMarks } from '../../../../src/core/tensors/simd/simdFiniteMarks.js'
import { simdLevels } from '../../../../src/core/tensors/simd/simdLevels.js'
import { take } from '../../../support/tensors.js'

const isWasm = tf.getBackend() === 'wasm'

it.runIf(!isWasm)('there are none on other backends', () => {
  const x = tf.zeros([1, 2])
  expect(simdFiniteMarks(x, 1)).toBeUndefined()
  expect(simdLevels([{ data: new Uint8Array(4), from: 0, apart: 4 }], 1, 1)).toBeUndefined()
  x.dispose()
})

describe.runIf(isWasm)('levels', () => {
  /** Opaque pixels whose samples are all bytes in turn. */
  const opaque = (height: number, width: number): Uint8Array => Uint8Array.from({ length: 4 * height * width }, (_, i) => (i % 4 === 3 ? 255 : (7 * i) % 256))

  const tensor = (data: Uint8Array, width: number, [top, left, high, wide]: readonly [number, number, number, number]) =>
    simdLevels([{ data, from: 4 * (top * width + left), apart: 4 * width }], high, wide)

  it.each([
    [0, 0, 9, 31],
    [2, 3, 5, 7],
    [8, 30, 1, 1],
    [0, 4, 9, 16],
  ] as const)('of the box at %i, %i of %i x %i are the samples over 255, rounded once', (...box) => {
    const [top, left, high, wide] = box
    const data = opaque(9, 31)
    const values = tensor(data, 31, box)
    if (values === undefined || values === 'transparent') throw new Error('The picture is opaque.')
    expect(values.shape).toEqual([1, high, wide, 3])
    const sample = (i: number) => data[4 * ((top + Math.floor(i / 3 / wide)) * 31 + left + (Math.floor(i / 3) % wide)) + (i % 3)]!
    expect(Array.from(take(values))).toEqual(Array.from({ length: high * wide * 3 }, (_, i) => Math.fround(sample(i) / 255)))
  })

  it('are refused where any one pixel is transparent, and leave nothing in memory', () => {
    const before = tf.memory().numTensors
    for (let pixel = 0; pixel < 11; pixel++) {
      const data = opaque(1, 11)
      data[4 * pixel + 3] = 254
      expect(tensor(data, 11, [0, 0, 1, 11])).toBe('transparent')
    }
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe.runIf(isWasm)('a mark', () => {
  const marks = (samples: readonly (readonly number[])[], limit: number): readonly number[] => {
    const x = tf.tensor2d(samples.map((sample) => [...sample]))
    const found = Array.from(take(simdFiniteMarks(x, limit) ?? tf.zeros([0])))
    x.dispose()
    return found
  }

  it('is NaN for samples with a number at any place that is not below the limit in size, and 0 for the others', () => {
    for (let at = 0; at < 19; at++)
      for (const bad of [Number.NaN, Infinity, -Infinity, 100, -100]) {
        const sample = Array.from({ length: 19 }, (_, i) => (i === at ? bad : 99 - i))
        expect(marks([new Array<number>(19).fill(-99), sample, new Array<number>(19).fill(0)], 100)).toEqual([0, Number.NaN, 0])
      }
  })
})
