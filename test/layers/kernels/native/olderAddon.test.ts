/** An addon of an older version, which lacks the ops that came later, keeps those that it has; the rest runs by TensorFlow's own. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { NamedAttribute } from '../../../../src/core/tensors/namedOps.js'
import { noise } from '../../../support/images.js'
import { take } from '../../../support/tensors.js'

const LATER = /^PerceptualLoss(L2Pool|PairMoments|Phases|UnitVectors|WeightedSquares|WindowSums|WinogradInside)/

/** F(4, 5), which came later, too. */
const isLater = (op: string, attributes: readonly NamedAttribute[]): boolean => {
  const of = (name: string): unknown => attributes.find((one) => one.name === name)?.value
  return LATER.test(op) || (op.startsWith('PerceptualLossWinograd') && of('side') === 4 && of('taps') === 5)
}

/** The first version's ops. */
const HAD = ['Winograd', 'WinogradFilter', 'FirstLayer', 'ToThreeChannels', 'MaxPoolGradient', 'OverlappingMaxGradient'].map((name) => `PerceptualLoss${name}`)

/** With nothing tried so far. */
const anew = async () => {
  vi.resetModules()
  const [moments, sums, nativeMoments, nativeSums, pooling, ops, poolingOps, winograd, phases, unitVectors, squares] = await Promise.all([
    import('../../../../src/core/tensors/pairMoments.js'),
    import('../../../../src/core/tensors/windowSums.js'),
    import('../../../../src/core/tensors/native/nativeMoments.js'),
    import('../../../../src/core/tensors/native/nativeWindowSums.js'),
    import('../../../../src/layers/kernels/l2Pool.js'),
    import('../../../../src/layers/kernels/native/hasNativeOps.js'),
    import('../../../../src/layers/kernels/native/l2PoolOps.js'),
    import('../../../../src/layers/kernels/native/winogradOp.js'),
    import('../../../../src/layers/kernels/native/phasesConvolver.js'),
    import('../../../../src/core/tensors/native/nativeUnitVectors.js'),
    import('../../../../src/core/tensors/native/nativeWeightedSquares.js'),
  ])
  return { ...moments, ...sums, ...nativeMoments, ...nativeSums, ...pooling, ...ops, ...poolingOps, ...winograd, ...phases, ...unitVectors, ...squares }
}

interface Running {
  executeSingleOutput: (op: string, attributes: readonly NamedAttribute[], inputs: readonly Tensor[]) => Tensor
}

describe.runIf(process.env['BACKEND'] === 'tensorflow' && process.arch === 'x64')('an older addon', () => {
  const backend = tf.backend() as unknown as Running
  const own = backend.executeSingleOutput
  const ran = new Set<string>()
  beforeAll(() => {
    backend.executeSingleOutput = (op, attributes, inputs) => {
      if (isLater(op, attributes)) throw new Error(`Op type not registered '${op}'`)
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
    const { hasNativeOps, hasNativeWindowSums, hasNativeMoments, hasNativeUnitVectors, hasNativeWeightedSquares, l2PoolOp } = await anew()
    const has = hasNativeOps()
    expect([hasNativeWindowSums(), hasNativeMoments(), hasNativeUnitVectors(), hasNativeWeightedSquares(), l2PoolOp(x)]).toEqual([
      false,
      false,
      false,
      false,
      undefined,
    ])
    if (has) expect([...ran].filter((op) => op.startsWith('PerceptualLoss')).sort()).toEqual([...HAD].sort())
  })

  it('convolves 5 x 5 by F(2, 5) in either precision, and pictures at a larger stride plainly', async () => {
    const { hasNativeOps, winogradOpConvolver, phasesConvolver } = await anew()
    if (!hasNativeOps()) return
    const filter = noise(3, [5, 5, 16, 32])
    const [more, little] = (['more', 'little'] as const).map((rounding) => winogradOpConvolver(filter, undefined, { stride: 1, padding: 'same' }, rounding))
    expect(take(more?.run(x, false) ?? x)).toEqual(take(little?.run(x, false) ?? y))
    expect(winogradOpConvolver(filter, undefined, { stride: 1, padding: 0 }, 'little')).toBeUndefined()
    expect(phasesConvolver(noise(4, [11, 11, 3, 64]), undefined, { stride: 4, padding: 2 }, 'little')).toBeUndefined()
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
