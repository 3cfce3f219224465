/** Tests that SSIM and MS-SSIM share: finite gradients on every picture, their range, sizes. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, type Loss, type Target } from '../../src/index.js'
import { imagePairArbitrary } from '../../src/laws/index.js'
import { runs } from './full.js'
import { noise, plain } from './images.js'
import { gradientOf, takeNumber } from './tensors.js'

/** `minSide` is the smallest side that the windows need. */
export const compareByWindows = (name: string, loss: Loss<never, Target>, sides: { readonly minSide: number; readonly maxSide: number }): void => {
  describe(name, () => {
    const f = compile(loss)

    it('has a finite gradient on every pair', () => {
      fc.assert(
        fc.property(imagePairArbitrary({ ...sides, maxBatch: 2 }), ({ shape, reference, prediction }) => {
          const [a, b] = [tf.tensor4d(reference, [...shape]), tf.tensor4d(prediction, [...shape])]
          const gradient = gradientOf((x) => f(a, x), b)
          tf.dispose([a, b])
          return gradient.every(Number.isFinite)
        }),
        { numRuns: runs(40) },
      )
    })

    it('has a finite gradient where one pixel differs, and far outside of [0, 1]; its value stays in the range there', () => {
      const side = sides.minSide
      const shape = [1, side, side + 1, 3] as const
      const spot = tf.tidy(() => tf.pad(tf.ones([1, 1, 1, 3]), [[0, 0], [2, side - 3], [3, side - 3], [0, 0]]) as Tensor4D) // prettier-ignore
      const pictures = [plain(0, shape), plain(1, shape), spot, tf.sub<Tensor4D>(1, spot), plain(1e3, shape), tf.mul<Tensor4D>(noise(1, shape), -1e3)]
      for (const a of pictures)
        for (const b of pictures) {
          const value = takeNumber(f(a, b))
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(2)
          expect(gradientOf((x) => f(a, x), b).every(Number.isFinite)).toBe(true)
        }
    })

    it('is exactly 0 on identical pictures, with a gradient of 0', () => {
      for (const a of [noise(2, [2, 45, 44, 3]), plain(0, [1, 45, 44, 3]), plain(0.7, [1, 45, 44, 3])]) {
        expect(takeNumber(f(a, a))).toBe(0)
        expect(Math.max(...gradientOf((x) => f(a, x), a).map(Math.abs))).toBe(0)
      }
    })

    it('rejects features smaller than its windows', () => {
      const small = plain(0, [1, sides.minSide - 1, 50, 3])
      expect(() => f(small, small)).toThrow(new RegExp(`both sides must be at least ${String(sides.minSide)}`))
      const [smallest, lessHigh] = [plain(0, [1, sides.minSide, sides.minSide, 3]), noise(3, [1, sides.minSide, sides.minSide + 1, 3])]
      expect(takeNumber(f(smallest, smallest))).toBe(0)
      expect(takeNumber(f(lessHigh, plain(0, lessHigh.shape)))).toBeGreaterThan(0)
    })
  })
}
