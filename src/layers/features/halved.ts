import type { Tensor4D } from '@tensorflow/tfjs'
import { defineTransform, type Transform } from '../../core/define/define.js'
import type { NoOptions } from '../../core/arguments/codecs.js'
import { elements } from '../../core/errors/shape.js'
import { binomialMean } from '../../core/tensors/binomial.js'
import { everySecond } from '../../core/tensors/everySecond.js'
import { positionsProblem } from './gaussianBlur.js'

/**
 * Halves a feature: low-pass filters it with the binomial window [1 2 1] / 4 along height and width and keeps every second position, from the first on.
 *
 * [batch, height, width, channels] to half the height and width, rounded up. Positions outside are 0, so a picture darkens at its edges: for a picture that is 0 on average, see `standardized`.
 *
 * Source: Burt and Adelson, "The Laplacian Pyramid as a Compact Image Code", 1983; the scales of `wassersteinDistortion`.
 *
 * @example mse(halved(pixels))
 */
export const halved: Transform<NoOptions> = defineTransform<NoOptions>({
  id: 'halved',
  smooth: () => true,
  bound: () => (input) => input,
  shape: () => (input) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = input
    return positionsProblem(input) ?? [batch, Math.ceil(height / 2), Math.ceil(width / 2), channels]
  },
  flops: () => (input) => 8 * elements(input),
  tiling: () => ({ refused: 'keeps every second position of the whole picture' }),
  apply: () => (feature) => everySecond(binomialMean(binomialMean(feature as Tensor4D, 1), 2)),
})
