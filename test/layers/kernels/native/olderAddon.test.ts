/** An addon of an older version, which lacks the ops that came later, keeps those that it has; the rest runs by TensorFlow's own. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { noise } from '../../../support/images.js'
import { take } from '../../../support/tensors.js'

const LATER = /^PerceptualLoss(L2Pool|PairMoments|WindowSums)/

/** The first version's ops. */
const HAD = ['Winograd', 'WinogradFilter', 'FirstLayer', 'ToThreeChannels', 'MaxPoolGradient', 'OverlappingMaxGradient'].map((name) => `PerceptualLoss${name}`)

/** With nothing tried so far. */
const anew = async () => {
  vi.resetModules()
  const [moments, sums, nativeMoments, nativeSums, pooling, ops, poolingOps] = await Promise.all([
    import('../../../../src/core/tensors/pairMoments.js'),
    import('../../../../src/core/tensors/windowSums.js'),
    import('../../../../src/core/tensors/native/nativeMoments.js'),
    import('../../../../src/core/tensors/native/nativeWindowSums.js'),
    import('../../../../src/layers/kernels/l2Pool.js'),
    import('../../../../src/layers/kernels/native/hasNativeOps.js'),
    import('../../../../src/layers/kernels/native/l2PoolOps.js'),
  ])
  return { ...moments, ...sums, ...nativeMoments, ...nativeSums, ...pooling, ...ops, ...poolingOps }
}

interface Running {
  executeSingleOutput: (op: string, attributes: unknown, inputs: readonly Tensor[]) => Tensor
}

describe.runIf(process.env['BACKEND'] === 'tensorflow' && process.arch === 'x64')('an older addon', () => {
  const backend = tf.backend() as unknown as Running
  const own = backend.executeSingleOutput
  const ran = new Set<string>()
  beforeAll(() => {
    backend.executeSingleOutput = (op, attributes, inputs) => {
      if (LATER.test(op)) throw new Error(`Op type not registered '${op}'`)
      ran.add(op)
      return own.call(backend, op, attributes, inputs)
    }
  })
  afterAll(() => {
    backend.executeSingleOutput = own
  })

  const [x, y] = [noise(1, [2, 12, 13, 16]), noise(2, [2, 12, 13, 16])]
  const results = async (): Promise<readonly number[]> => {
    const { pairMoments, windowSums, l2Pool } = await anew()
    const weights = tf.tensor1d([0.25, 0.5, 0.25])
    const { means, variances, difference, saved, gradient } = pairMoments(x, y)
    const pooled = l2Pool.forward(x)
    const slopes = { mean: means[0], variance: variances[0], difference }
    const sums = (['inside', 'around'] as const).map((reach) => windowSums(x, { down: weights, across: weights }, reach))
    const back = l2Pool.backward(pooled, { x, y: pooled, from: x.shape })
    return [...means, ...variances, difference, gradient(saved, slopes), pooled, back as Tensor4D, ...sums].flatMap((tensor) => [...take(tensor)])
  }

  it('has convolutions and the gradients of max pooling, and no more', async () => {
    const { hasNativeOps, hasNativeWindowSums, hasNativeMoments, l2PoolOp } = await anew()
    const has = hasNativeOps()
    expect([hasNativeWindowSums(), hasNativeMoments(), l2PoolOp(x)]).toEqual([false, false, undefined])
    if (has) expect([...ran].filter((op) => op.startsWith('PerceptualLoss')).sort()).toEqual([...HAD].sort())
  })

  it('gives the numbers of plain ops', async () => {
    const found = await results()
    await tf.setBackend('cpu')
    const expected = await results()
    await tf.setBackend('tensorflow')
    expect(found).toHaveLength(expected.length)
    // Sums of up to 16 x 156 numbers below 1 in float32.
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-5))
  })
})
