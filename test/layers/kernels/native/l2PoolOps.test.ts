/** L2 pooling in ops of the native backend, against its definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { l2PoolGradientOp, l2PoolOp } from '../../../../src/layers/kernels/native/l2PoolOps.js'
import { describeL2Pooling } from '../../../support/l2Pooling.js'
import { noise } from '../../../support/images.js'

const made = (y: tf.Tensor4D | undefined): tf.Tensor4D => {
  if (y === undefined) throw new Error('npm run native compiles the op.')
  return y
}

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('the ops', () => {
  describeL2Pooling({ channels: 16, value: (x) => made(l2PoolOp(x)), gradient: (dy, x, y) => made(l2PoolGradientOp(dy, x, y)) })

  it('are not for channels that fill no vector', () => {
    const x = noise(1, [1, 4, 4, 24])
    expect([l2PoolOp(x), l2PoolGradientOp(noise(2, [1, 2, 2, 24]), x, noise(3, [1, 2, 2, 24]))]).toEqual([undefined, undefined])
  })

  it('of no pictures give none', () => {
    const [x, y] = [tf.zeros<tf.Rank.R4>([0, 5, 5, 16]), tf.zeros<tf.Rank.R4>([0, 3, 3, 16])]
    expect([made(l2PoolOp(x)).shape, made(l2PoolGradientOp(y, x, y)).shape]).toEqual([y.shape, x.shape])
  })

  it('reject tensors that do not fit', () => {
    const [x, y] = [noise(1, [1, 4, 4, 16]), noise(2, [1, 2, 3, 16])]
    expect(() => l2PoolGradientOp(y, x, y)).toThrow('The tensors of an L2 pooling, of channels that fill vectors, are expected.')
  })
})
