/** Clones on WASM, which share their numbers once its kernels are registered. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../../src/index.js'

describe.runIf(tf.getBackend() === 'wasm')('a clone', () => {
  it('shares its numbers, which stay while one of the two does', () => {
    registerWasmKernels()
    registerWasmKernels()
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
