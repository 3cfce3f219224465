/** Clones on WASM, which share their numbers after the first call of any loss. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, mse, pixels } from '../../../../src/index.js'

describe.runIf(tf.getBackend() === 'wasm')('a clone', () => {
  it('shares its numbers, which stay while one of the two does', () => {
    const picture = tf.zeros<tf.Rank.R4>([1, 2, 2, 3])
    const f = compile(mse(pixels))
    tf.dispose([f(picture, picture), f(picture, picture), picture])
    const x = tf.tensor1d([1, 2, 3])
    const twin = tf.clone(x)
    expect(twin.dataId).toBe(x.dataId)
    x.dispose()
    expect(Array.from(twin.dataSync())).toEqual([1, 2, 3])
    const after = tf.add(twin, 1)
    expect(Array.from(twin.dataSync())).toEqual([1, 2, 3])
    const buffers = tf.memory().numDataBuffers
    tf.dispose([twin, after])
    expect(tf.memory().numDataBuffers).toBe(buffers - 2)
  })

  it('has the same gradient', () => {
    const x = tf.tensor1d([1, 2, 3])
    const gradient = tf.grad((y) => tf.sum(tf.square(tf.clone(y))))(x)
    expect(Array.from(gradient.dataSync())).toEqual([2, 4, 6])
    tf.dispose([x, gradient])
  })
})
