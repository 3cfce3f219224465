/** Tests that LPIPS and DISTS share: zero on identity, finite gradients, no tensor left. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, type Extractor, type Loss, type Target } from '../../src/index.js'
import { full } from './full.js'
import { noise, plain } from './images.js'
import { sharedVgg16 } from './network.js'
import { gradientOf, leaked, takeNumber } from './tensors.js'

const shape = full ? ([1, 32, 24, 3] as const) : ([1, 16, 24, 3] as const)

export const judgesPictures = (name: string, make: () => Loss<string, Target>): void => {
  describe(name, () => {
    let network: Extractor<string>
    beforeAll(async () => {
      network = (await sharedVgg16()) as Extractor<string>
    })

    it('is zero, with a zero gradient, on identical, black, white and plain pictures', () => {
      const f = compile(make(), network)
      const pictures = [noise(51, shape), plain(0, shape), plain(1, shape), plain(0.3, shape)]
      for (const picture of full ? pictures : pictures.slice(0, 2)) {
        expect(takeNumber(f(picture, picture))).toBe(0)
        expect(Math.max(...gradientOf((v) => f(picture, v), picture).map(Math.abs))).toBe(0)
      }
    })

    it('has a finite gradient from and to black, white, plain and all but equal pictures', () => {
      const f = compile(make(), network)
      const target = noise(52, shape)
      const onePixel = tf.tidy(() =>
        tf.add(
          target,
          tf.pad(tf.fill([1, 1, 1, 3], 1e-3), [
            [0, 0],
            [9, shape[1] - 10],
            [7, 16],
            [0, 0],
          ]),
        ),
      )
      const pairs = [
        [target, onePixel],
        [target, plain(0, shape)],
        [plain(0, shape), target],
        [target, plain(1, shape)],
        [plain(0.3, shape), plain(0.4, shape)],
      ] as const
      for (const [reference, prediction] of full ? pairs : pairs.slice(0, 3)) {
        const gradient = gradientOf((v) => f(reference, v), prediction)
        expect(gradient.every(Number.isFinite)).toBe(true)
        expect(gradient.some((v) => v !== 0)).toBe(true)
      }
    })

    it('leaves no tensor behind', () => {
      const f = compile(make(), network)
      const [x, y] = [noise(53, shape), noise(54, shape)]
      f(x, y).dispose()
      expect(
        leaked(() => {
          f(x, y).dispose()
          gradientOf((v) => f(x, v), y)
        }),
      ).toBe(0)
    })
  })
}
