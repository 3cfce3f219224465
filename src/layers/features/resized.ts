import type { Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { bilinear, resampled } from '../../core/tensors/resample.js'
import { positionsProblem } from './gaussianBlur.js'
import type { Shape } from '../../core/errors/shape.js'
import { factor, sideOrNull } from '../../core/arguments/codecs.js'

/** Options of `resized`. */
export interface ResizedOptions {
  /** The factor of height and width, up to 16; default 1. The new side is rounded, and at least 1. */
  readonly scale: number
  /** The new height, in place of the scale; default null. */
  readonly height: number | null
  /** The new width, in place of the scale; default null. */
  readonly width: number | null
  /** Whether downscaling averages all positions (PIL, `tf.image.resize(antialias=True)`; default true) or interpolates two neighbours. */
  readonly antialias: boolean
}

/** The most numbers of an intermediate result: 2 GiB of float32. */
const MOST_BETWEEN = 2 ** 29

/** Why an intermediate result (two matrices, and the feature at its new height) is too large; undefined if it is not. */
const between = (input: Shape, newHigh: number, newWide: number): string | undefined => {
  const [batch = 0, high = 0, wide = 0, channels = 0] = input
  const largest = Math.max(newHigh * high, newWide * wide, newHigh > high ? batch * newHigh * wide * channels : 0)
  const words = `resizing it to ${String(newHigh)} x ${String(newWide)} needs ${largest.toLocaleString('en')} numbers at a time`
  return largest <= MOST_BETWEEN ? undefined : `${words}, expected at most ${MOST_BETWEEN.toLocaleString('en')}. Use a smaller scale, height or width`
}

/** The new side of an old one. */
const newSide = (side: number, scale: number, fixed: number | null): number => fixed ?? Math.max(1, Math.round(side * scale))

/**
 * Resizes a feature, bilinear with half-pixel centres: [batch, height, width, channels] to [batch, new height, new width, channels].
 *
 * Downscaling averages all positions, as image programs do; `antialias: false` matches `tf.image.resizeBilinear(x, size, false, true)` and
 * PyTorch's `interpolate(mode='bilinear')`. A constant feature stays constant.
 *
 * Source: `tf.image.resize` (bilinear) with `antialias` on and off.
 *
 * @example mse(resized(pixels, { scale: 0.25 }))
 * @example mse(resized(pixels, { height: 64, width: 64 }))
 */
export const resized: Transform<ResizedOptions> = defineTransform({
  id: 'resized',
  options: t.strict({ scale: factor, height: sideOrNull, width: sideOrNull, antialias: t.boolean }),
  defaults: { scale: 1, height: null, width: null, antialias: true },
  smooth: () => true,
  bound: () => (input) => input,
  shape:
    ({ scale, height, width }) =>
    (input) => {
      const [batch = 0, high = 0, wide = 0, channels = 0] = input
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      return positionsProblem(input) ?? between(input, newHigh, newWide) ?? [batch, newHigh, newWide, channels]
    },
  // A matrix product along height, and one along width.
  flops:
    ({ scale, height, width }) =>
    (input) => {
      const [batch = 1, high = 1, wide = 1, channels = 1] = input
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      return 2 * batch * channels * newHigh * wide * (high + newWide)
    },
  tiling: () => ({ refused: 'resamples the whole picture' }),
  apply:
    ({ scale, height, width, antialias }) =>
    (feature) => {
      const [, high = 1, wide = 1] = feature.shape
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      return resampled(feature as Tensor4D, bilinear(high, newHigh, antialias), bilinear(wide, newWide, antialias))
    },
})
