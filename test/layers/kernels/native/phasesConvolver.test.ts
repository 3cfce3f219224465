/** The convolution of pictures at a larger stride by Winograd's forms over cells of pixels, against sums in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type { Convolver } from '../../../../src/layers/kernels/convolver.js'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { phasesConvolver } from '../../../../src/layers/kernels/native/phasesConvolver.js'
import type { Rounding } from '../../../../src/layers/kernels/native/winogradOp.js'
import type { Window } from '../../../../src/layers/kernels/windows.js'
import { convolved } from '../../../support/convolved.js'
import { noise } from '../../../support/images.js'
import { leaked, norm, take } from '../../../support/tensors.js'

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))

// Every remainder of the sides by the stride, of which some have pixels that no window sees; the smallest picture; tiles cut at both edges; several pictures.
const SIZES = [
  [1, 11, 11],
  [2, 12, 17],
  [1, 29, 42],
  [3, 31, 25],
  [1, 75, 64],
] as const

// AlexNet's first layer; without padding, and wider than what the last cell holds; filters that fill their cells.
const FILTERS = [
  [11, 3, 64, 4, 2],
  [9, 3, 32, 4, 0],
  [12, 1, 32, 4, 5],
  [6, 4, 64, 2, 1],
  [10, 4, 32, 2, 3],
] as const

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('the convolution over cells of pixels', () => {
  describe.each(FILTERS)('of %i taps a side, from %i to %i channels, at stride %i with padding %i', (taps, input, output, stride, padding) => {
    const filter = centred(1, [taps, taps, input, output])
    const bias = tf.tidy(() => tf.reshape<tf.Rank.R1>(centred(2, [1, 1, 1, output]), [output]))
    const window = { stride, padding }
    const convolver = (rounding: Rounding): Convolver => {
      const made = phasesConvolver(filter, bias, window, rounding)
      if (made === undefined) throw new Error(`A filter ${filter.shape.join(' x ')} is convolved.`)
      return made
    }

    it.each(SIZES.filter(([, height, width]) => Math.min(height, width) + 2 * padding >= taps))(
      'is the plain one of [%i, %i, %i], with and without ReLU',
      (batch, height, width) => {
        const x = centred(3, [batch, height, width, input])
        const exact = convolved(x, filter, bias, window)
        for (const [rounding, relu] of [
          ['little', false],
          ['more', true],
        ] as const) {
          const { run, dispose } = convolver(rounding)
          const expected = exact.map((v) => (relu ? Math.max(0, v) : v))
          // Float32 sums of up to 400 products by forms that round up to sixteen times as much as the plain sum (winogradOp.test.ts).
          expect(norm(take(tf.tidy(() => run(x, relu))).map((v, i) => v - (expected[i] ?? Number.NaN)))).toBeLessThan(1.2e-5 * norm(exact))
          dispose()
        }
      },
    )

    it('does not depend on pixels that no window sees, is NaN where a neighbour is, and leaves nothing behind', () => {
      const { run, dispose } = convolver('more')
      const [down, across] = [7, 6]
      const seen = (outputs: number): number => (outputs - 1) * stride + taps - padding
      // More than one of these pixels would be another window's.
      const unseen = stride - padding - 1
      const x = centred(4, [1, seen(down), seen(across), input])
      if (unseen > 0) {
        const more = tf.pad(x, [[0, 0], [0, unseen], [0, unseen], [0, 0]], 7) // prettier-ignore
        expect(take(tf.tidy(() => run(more, false)))).toEqual(take(tf.tidy(() => run(tf.pad(x, [[0, 0], [0, unseen], [0, unseen], [0, 0]]), false)))) // prettier-ignore
      }
      const marked = tf.pad(tf.slice(x, [0, 0, 0, 0], [1, seen(down) - 1, seen(across) - 1, input]), [[0, 0], [0, 1], [0, 1], [0, 0]], Number.NaN) // prettier-ignore
      for (const relu of [false, true]) expect(take(tf.tidy(() => run(marked as Tensor4D, relu))).filter(Number.isNaN).length).toBeGreaterThan(0)
      dispose()
      expect(
        leaked(() => {
          const made = convolver('little')
          made.run(x, true).dispose()
          made.dispose()
        }),
      ).toBe(0)
    })
  })

  it('is not for other windows and channels', () => {
    const of = (shape: [number, number, number, number], window: Window) => phasesConvolver(tf.zeros(shape), undefined, window, 'more')
    expect([
      of([11, 11, 3, 64], { stride: 1, padding: 5 }),
      of([11, 11, 3, 64], { stride: 4, padding: 'same' }),
      of([7, 7, 3, 64], { stride: 4, padding: 2 }),
      of([3, 3, 3, 64], { stride: 2, padding: 0 }),
      of([11, 11, 3, 48], { stride: 4, padding: 2 }),
      of([11, 9, 3, 64], { stride: 4, padding: 2 }),
    ]).toEqual(Array.from({ length: 6 }, () => undefined))
  })

  it('rejects pictures that are smaller than a window, and of other channels', () => {
    const made = phasesConvolver(centred(1, [11, 11, 3, 64]), undefined, { stride: 4, padding: 2 }, 'more')
    expect(() => made?.run(tf.zeros([1, 6, 9, 3]), false)).toThrow('Pictures that are as large as a window are expected.')
    expect(() => made?.run(tf.zeros([1, 9, 9, 4]), false)).toThrow('channels that do not fit')
    made?.dispose()
  })
})
