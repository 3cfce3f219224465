/**
 * Products of matrices on WASM, transposed and many at once, against sums in double precision.
 *
 * Tolerance: 1e-5 for sums of some 50 products below 1 in single precision.
 */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../../src/index.js'
import { isPlain } from '../../../../src/core/tensors/wasm/matrixProducts.js'

const [ROWS, INNER, COLUMNS] = [40, 50, 60]

/** [..., rows, columns] of one pair, by the definition. */
const product = (a: readonly number[][], b: readonly number[][]): number[][] =>
  a.map((row) => Array.from({ length: b[0]!.length }, (_, column) => row.reduce((sum, value, i) => sum + value * b[i]![column]!, 0)))
const transposed = (a: readonly number[][]): number[][] => Array.from({ length: a[0]!.length }, (_, i) => a.map((row) => row[i]!))

const furthest = (found: tf.Tensor, expected: readonly number[]): number => Math.max(...[...found.dataSync()].map((value, i) => Math.abs(value - expected[i]!))) // prettier-ignore

describe.runIf(tf.getBackend() === 'wasm')('products', () => {
  it.each([
    ['plain', [], false, false],
    ['the left transposed', [], true, false],
    ['the right transposed', [], false, true],
    ['both transposed', [], true, true],
    ['several', [3], false, false],
    ['several, the left transposed', [2, 2], true, false],
    ['several, both transposed', [2], true, true],
  ] as const)('%s', (_name, batch, left, right) => {
    registerWasmKernels()
    tf.tidy(() => {
      const a = tf.randomUniform([...batch, ...(left ? [INNER, ROWS] : [ROWS, INNER])], -1, 1, 'float32', 1)
      const b = tf.randomUniform([...batch, ...(right ? [COLUMNS, INNER] : [INNER, COLUMNS])], -1, 1, 'float32', 2)
      expect(isPlain(a, b, { transposeA: left, transposeB: right })).toBe(_name === 'plain')
      const found = tf.matMul(a, b, left, right)
      expect(found.shape).toEqual([...batch, ROWS, COLUMNS])
      const pairs = tf.reshape(a, [-1, a.shape.at(-2)!, a.shape.at(-1)!]).arraySync() as number[][][]
      const others = tf.reshape(b, [-1, b.shape.at(-2)!, b.shape.at(-1)!]).arraySync() as number[][][]
      const expected = pairs.flatMap((pair, i) => product(left ? transposed(pair) : pair, right ? transposed(others[i]!) : others[i]!).flat())
      expect(furthest(found, expected)).toBeLessThan(1e-5)
    })
  })

  it("of a repeated matrix and of small ones are the backend's own", () => {
    const [many, one, small] = [tf.ones([2, ROWS, INNER]), tf.ones([1, INNER, COLUMNS]), tf.ones([9, 3, 3])]
    const asked = { transposeA: false, transposeB: false }
    expect([isPlain(many, one, asked), isPlain(small, small, { ...asked, transposeA: true })]).toEqual([true, true])
    const found = tf.matMul(many, one)
    expect([found.shape, found.dataSync().every((value) => value === INNER)]).toEqual([[2, ROWS, COLUMNS], true])
    tf.dispose([many, one, small, found])
  })

  it('have gradients, and leave no tensors behind', () => {
    const [a, b] = [tf.randomUniform([ROWS, INNER], -1, 1, 'float32', 3), tf.randomUniform([INNER, COLUMNS], -1, 1, 'float32', 4)]
    const before = tf.memory().numTensors
    const [inA, inB] = tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.matMul(x, y)))([a, b]) as [tf.Tensor, tf.Tensor]
    const rowSums = (b.arraySync() as number[][]).map((row) => row.reduce((sum, value) => sum + value, 0))
    const columnSums = transposed(a.arraySync() as number[][]).map((row) => row.reduce((sum, value) => sum + value, 0))
    expect(furthest(inA, Array.from({ length: ROWS }, () => rowSums).flat())).toBeLessThan(1e-5)
    expect(furthest(inB, columnSums.flatMap((sum) => Array.from({ length: COLUMNS }, () => sum)))).toBeLessThan(1e-5) // prettier-ignore
    tf.dispose([inA, inB])
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose([a, b])
  })
})
