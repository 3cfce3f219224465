/** Gradients of ReLUs and max pooling of the WebAssembly module, against their definitions. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simdMaxPoolGradient, simdOverlappingMaxGradient, simdReluGradient } from '../../../../src/layers/kernels/simd/simdGradients.js'
import { random } from '../../../support/images.js'
import { describeMaxGradients } from '../../../support/maxGradients.js'
import { take } from '../../../support/tensors.js'
import { theModule } from '../../../support/theModule.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

type Shape4 = [number, number, number, number]
const made = (shape: Shape4, value: (i: number) => number): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)),
    shape,
  )

describe('the gradient through a ReLU', () => {
  it.each([1, 4, 7, 30])('of %i numbers is dy where y is above zero', (count) => {
    const next = random(count)
    const dy = made([1, 1, count, 1], () => next() - 0.5)
    const y = made([1, 1, count, 1], () => Math.max(0, next() - 0.5))
    const [above, values] = [dy.dataSync(), y.dataSync()]
    expect(take(simdReluGradient(theModule(), dy, y))).toEqual(above.map((v, i) => ((values[i] ?? 0) > 0 ? v : 0)))
  })
})

describeMaxGradients({
  channels: 4,
  maxPool: (dy, x, y, seen) => simdMaxPoolGradient(theModule(), dy, x, y, seen),
  overlapping: (dy, x, y, window, seen) => simdOverlappingMaxGradient(theModule(), dy, x, y, window, seen),
})
