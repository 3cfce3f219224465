import type { Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { blurFlops, blurReach, gaussianBlur, positionsProblem } from './gaussianBlur.js'
import { elements } from '../../core/errors/shape.js'
import { sigma as sigmaCodec } from '../../core/arguments/codecs.js'

/** Options of `blurred`. */
export interface BlurredOptions {
  /** The Gaussian's standard deviation in positions of the feature, up to 100; default 1. */
  readonly sigma: number
}

/**
 * Blurs a feature with a Gaussian; the shape does not change. Positions outside have the values of the edge.
 *
 * A loss of a blurred feature ignores details finer than about 2 sigma. A constant feature does not change.
 *
 * Source: the window reaches three standard deviations to each side, as `scipy.ndimage.gaussian_filter(mode='nearest', radius=ceil(3 sigma))`.
 *
 * @example mse(blurred(pixels, { sigma: 3 }))
 */
export const blurred: Transform<BlurredOptions> = defineTransform({
  id: 'blurred',
  options: t.strict({ sigma: sigmaCodec }),
  defaults: { sigma: 1 },
  smooth: () => true,
  bound: () => (input) => input,
  shape: () => (input) => positionsProblem(input) ?? input,
  flops:
    ({ sigma }) =>
    (input) =>
      blurFlops(sigma, elements(input)),
  tiling: ({ sigma }) => ({ reach: blurReach(sigma) }),
  apply:
    ({ sigma }) =>
    (feature) =>
      gaussianBlur(feature as Tensor4D, sigma),
})
