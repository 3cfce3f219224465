/** Slices, splits and concatenations in the memory of the WASM backend, against their definition: which number of the input each number of the output is. */
import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../../src/index.js'
import { concat, slice, split, tile, unstack, type Heap } from '../../../../src/core/tensors/wasm/slices.js'

/** A backend's memory; a tensor made with `numbered` holds 0, 1, 2, ... */
const heap = () => {
  const memory = new Map<object, Float32Array>()
  const makeOutput = (shape: readonly number[]): TensorInfo => {
    const dataId = {}
    memory.set(dataId, new Float32Array(tf.util.sizeFromShape([...shape])).fill(-1))
    return { dataId, shape: [...shape], dtype: 'float32' }
  }
  const numbersOf = ({ dataId }: TensorInfo): Float32Array => memory.get(dataId)!
  const numbered = (shape: readonly number[]): TensorInfo => {
    const x = makeOutput(shape)
    numbersOf(x).forEach((_, i, all) => (all[i] = i))
    return x
  }
  return { heap: { makeOutput, typedArrayFromHeap: numbersOf } satisfies Heap, numbersOf, numbered }
}

/** The coordinates of each number of a tensor of this shape, in order. */
const coordinates = (shape: readonly number[]): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>((all, side) => all.flatMap((at) => Array.from({ length: side }, (_, i) => [...at, i])), [[]])

const indexOf = (at: readonly number[], shape: readonly number[]): number => at.reduce((index, i, axis) => index * shape[axis]! + i, 0)

/** The numbers of a slice of a numbered tensor. */
const expected = (shape: readonly number[], begin: readonly number[], size: readonly number[]): readonly number[] =>
  coordinates(size).map((at) => indexOf(at.map((i, axis) => i + begin[axis]!), shape)) // prettier-ignore

/** A shape and a part of it, some of whose sides are whole; last sides on both sides of the length that is copied by a call. */
const part = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), fc.constantFrom(1, 3, 31, 32, 40))
  .chain(([leading, last]) => {
    const shape = [...leading, last]
    const along = shape.map((side) =>
      fc.oneof(
        fc.constant({ begin: 0, size: side }),
        fc.nat(side - 1).chain((begin) => fc.integer({ min: 0, max: side - begin }).map((size) => ({ begin, size }))),
      ),
    )
    return fc.record({ shape: fc.constant(shape), along: fc.tuple(...along) })
  })
  .map(({ shape, along }) => ({ shape, begin: along.map(({ begin }) => begin), size: along.map(({ size }) => size) }))

const axisOf = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }).chain((shape) => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1)))

describe('in memory', () => {
  it('a slice has the numbers of its part', () => {
    fc.assert(
      fc.property(part, ({ shape, begin, size }) => {
        const { heap: memory, numbersOf, numbered } = heap()
        const found = slice(memory, numbered(shape), begin, size)
        expect(found.shape).toEqual(size)
        expect([...numbersOf(found)]).toEqual(expected(shape, begin, size))
      }),
    )
  })

  it('the parts of a split have their numbers, and together those of the whole', () => {
    fc.assert(
      fc.property(axisOf, fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), ([sides, axis], sizes) => {
        const { heap: memory, numbersOf, numbered } = heap()
        const whole = sides.with(axis, sizes.reduce((sum, size) => sum + size, 0)) // prettier-ignore
        const parts = split(memory, numbered(whole), sizes, axis)
        let from = 0
        for (const [i, size] of sizes.entries()) {
          expect(parts[i]!.shape).toEqual(whole.with(axis, size))
          expect([...numbersOf(parts[i]!)]).toEqual(expected(whole, whole.map((_, at) => (at === axis ? from : 0)), whole.with(axis, size))) // prettier-ignore
          from += size
        }
        const together = concat(memory, parts, axis)
        expect(together.shape).toEqual(whole)
        expect([...numbersOf(together)]).toEqual(coordinates(whole).map((_, i) => i))
      }),
    )
  })

  it('a tile repeats its numbers along one axis', () => {
    fc.assert(
      fc.property(axisOf, fc.integer({ min: 1, max: 40 }), ([shape, axis], count) => {
        const { heap: memory, numbersOf, numbered } = heap()
        const found = tile(memory, numbered(shape), shape.map((_, i) => (i === axis ? count : 1))) // prettier-ignore
        const whole = shape.with(axis, count * shape[axis]!)
        expect(found.shape).toEqual(whole)
        expect([...numbersOf(found)]).toEqual(coordinates(whole).map((at) => indexOf(at.map((i, along) => i % shape[along]!), shape))) // prettier-ignore
      }),
    )
  })

  it('unstacked parts lack the axis', () => {
    fc.assert(
      fc.property(axisOf, ([shape, axis]) => {
        const { heap: memory, numbersOf, numbered } = heap()
        unstack(memory, numbered(shape), axis).forEach((found, i) => {
          expect(found.shape).toEqual(shape.toSpliced(axis, 1))
          expect([...numbersOf(found)]).toEqual(expected(shape, shape.map((_, at) => (at === axis ? i : 0)), shape.with(axis, 1))) // prettier-ignore
        })
      }),
    )
  })
})

describe.runIf(tf.getBackend() === 'wasm')('registered', () => {
  it('serve slices, splits, stacks and concatenations of numbers, booleans and text', () => {
    registerWasmKernels()
    tf.tidy(() => {
      const x = tf.reshape(tf.range(0, 24), [2, 3, 4])
      expect(tf.slice(x, [1, 0, 1], [1, -1, 2]).arraySync()).toEqual([[[13, 14], [17, 18], [21, 22]]]) // prettier-ignore
      expect(tf.split(x, [1, 3], -1).map((some) => some.shape)).toEqual([[2, 3, 1], [2, 3, 3]]) // prettier-ignore
      expect(tf.unstack(x, 1).map((some) => some.dataSync()[4])).toEqual([12, 16, 20])
      expect(tf.stack([tf.scalar(1), tf.scalar(2)]).arraySync()).toEqual([1, 2])
      expect(tf.concat([tf.tensor2d([[1], [2]]), tf.zeros([2, 0]), tf.tensor2d([[3, 4], [5, 6]])], -1).arraySync()).toEqual([[1, 3, 4], [2, 5, 6]]) // prettier-ignore
      expect(tf.tile(tf.tensor2d([[1], [2]]), [1, 3]).arraySync()).toEqual([[1, 1, 1], [2, 2, 2]]) // prettier-ignore
      expect(tf.tile(tf.tensor2d([[1, 2]]), [2, 2]).arraySync()).toEqual([[1, 2, 1, 2], [1, 2, 1, 2]]) // prettier-ignore
      expect(tf.tile(tf.tensor1d([1]), [0]).shape).toEqual([0])
      const yes = tf.slice(tf.tensor1d([true, false, true], 'bool'), 1, 2)
      expect([yes.dtype, Array.from(yes.dataSync())]).toEqual(['bool', [0, 1]])
      const words = tf.tensor2d([['a', 'b'], ['c', 'd']]) // prettier-ignore
      expect(tf.slice(words, [0, 1], [2, 1]).arraySync()).toEqual([['b'], ['d']])
      expect(tf.concat([words, words], 1).arraySync()).toEqual([['a', 'b', 'a', 'b'], ['c', 'd', 'c', 'd']]) // prettier-ignore
      expect(tf.unstack(words).map((row) => row.arraySync())).toEqual([['a', 'b'], ['c', 'd']]) // prettier-ignore
      expect(() => tf.concat([tf.zeros([2, 2]), tf.zeros([3, 2])], 1)).toThrow(/shape/)
    })
  })

  it('have the gradients of the definition', () => {
    tf.tidy(() => {
      const x = tf.reshape(tf.range(0, 6), [2, 3])
      const gradient = tf.grad((y) => tf.sum(tf.mul(tf.concat([tf.slice(y, [0, 1], [2, 2]), tf.split(y, 3, 1)[0]!], 1), tf.tensor2d([[1, 2, 3], [4, 5, 6]]))))(x) // prettier-ignore
      expect(gradient.arraySync()).toEqual([[3, 1, 2], [6, 4, 5]]) // prettier-ignore
    })
  })

  it('leave no tensors behind', () => {
    const x = tf.ones([4, 4])
    const before = tf.memory().numTensors
    tf.dispose([tf.slice(x, [1, 1], [2, 2]), ...tf.split(x, 2), ...tf.unstack(x), tf.concat([x, x])])
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})
