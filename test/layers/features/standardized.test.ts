/** Channels less their mean, over their deviation. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, luma, mse, pixels, standardized } from '../../../src/index.js'
import { IMAGENET, inverseOf } from '../../../src/layers/features/standardized.js'
import { noise } from '../../support/images.js'
import { applied, isFiniteEverywhere } from '../../support/pixelLosses.js'
import { take, takeNumber } from '../../support/tensors.js'

isFiniteEverywhere('mse of standardized', mse(standardized(pixels)))

it('gives ImageNet’s mean 0 and a deviation more 1, channel by channel', () => {
  const pictures = tf.tensor4d([...IMAGENET.mean, ...IMAGENET.mean.map((mean, i) => mean + (IMAGENET.deviation[i] ?? 0))], [1, 1, 2, 3])
  take(applied(standardized(pixels), pictures)).forEach((v, i) => expect(v).toBeCloseTo(i < 3 ? 0 : 1, 5))
})

it('is undone by the inverse options', () => {
  const x = noise(4, [1, 3, 4, 3])
  const back = take(applied(standardized(standardized(pixels), inverseOf(IMAGENET)), x))
  x.dataSync().forEach((v, i) => expect(back[i]).toBeCloseTo(v, 5))
})

it('is the same on tiles', () => {
  const [a, b] = [noise(1, [1, 40, 40, 3]), noise(2, [1, 40, 40, 3])]
  const loss = mse(standardized(pixels))
  expect(takeNumber(compile(loss, { memory: '64MiB' })(a, b))).toBeCloseTo(takeNumber(compile(loss)(a, b)), 4)
})

it('takes one number per channel, and says how many it received', () => {
  const [a, b] = [noise(1, [1, 4, 4, 3]), noise(2, [1, 4, 4, 3])]
  expect(takeNumber(compile(mse(standardized(luma(pixels), { mean: [0.5], deviation: [0.25] })))(a, b))).toBeGreaterThan(0)
  expect(() => compile(mse(standardized(luma(pixels))))(a, b)).toThrow(/received 3 means and 3 deviations, expected one per channel of the feature: 1/)
  expect(() => standardized(pixels, { deviation: [0, 1, 1] })).toThrow(/deviation: received \[0,1,1\], expected a list of numbers from 1e-6 to/)
})
