import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import type { BlurredOptions } from './blurred.js'
import { blurFlops, blurReach, gaussianBlur, positionsProblem } from './gaussianBlur.js'
import { elements } from '../../core/errors/shape.js'
import { sigma as sigmaCodec } from '../../core/arguments/codecs.js'

/**
 * High-pass filters a feature: the feature minus its Gaussian blur; the shape does not change. A level of a Laplacian pyramid.
 *
 * Source: Burt and Adelson, "The Laplacian Pyramid as a Compact Image Code", 1983.
 *
 * @example mae(highPassed(pixels, { sigma: 2 }))
 */
export const highPassed: Transform<BlurredOptions> = defineTransform({
  id: 'highPassed',
  options: t.strict({ sigma: sigmaCodec }),
  defaults: { sigma: 1 },
  smooth: () => true,
  bound: () => (input) => 2 * input,
  shape: () => (input) => positionsProblem(input) ?? input,
  flops:
    ({ sigma }) =>
    (input) =>
      blurFlops(sigma, elements(input)) + elements(input),
  tiling: ({ sigma }) => ({ reach: blurReach(sigma) }),
  apply:
    ({ sigma }) =>
    (feature) =>
      tf.sub(feature, gaussianBlur(feature as Tensor4D, sigma)),
})
