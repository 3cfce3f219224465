/** Resized pictures. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, gram, mse, pixels, resized } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { isFiniteEverywhere, isLinear, mapsConstants } from '../../support/pixelLosses.js'
import { takeNumber } from '../../support/tensors.js'

isLinear('resized smaller', resized(pixels, { scale: 0.4 }))
isLinear('resized smaller without antialiasing', resized(pixels, { height: 3, width: 20, antialias: false }))
isLinear('resized larger', resized(pixels, { scale: 2.3 }))
mapsConstants('resized', resized(pixels, { scale: 0.37 }), 0.7)
isFiniteEverywhere('mse of resized', mse(resized(pixels, { scale: 0.6 })))

it('rejects a height of 0', () => {
  expect(() => resized(pixels, { height: 0 })).toThrow(/height: received 0, expected a whole number from 1 to 16384, or null/)
})

it('does not take pictures for what was made of them before: WASM keeps a prepared right factor by its data, whatever the shape', () => {
  const made = (): readonly [Tensor4D, Tensor4D] => [noise(5, [1, 12, 18, 3]), noise(6, [1, 12, 18, 3])]
  const f = compile(mse(resized(pixels, { scale: 0.5 })))
  const [a, b] = made()
  const alone = takeNumber(f(a, b))
  const [x, y] = made()
  takeNumber(compile(mse(gram(pixels)))(x, y))
  expect(takeNumber(f(x, y))).toBe(alone)
  tf.dispose([a, b, x, y])
})
