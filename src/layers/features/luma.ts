import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { limitedLumaOf, lumaOf, lumaProblem } from '../../core/tensors/rec601.js'
import { oneOf } from '../../core/arguments/codecs.js'

/** Options of `luma`. */
export interface LumaOptions {
  /** 'full' (default): black is 0 and white is 1; 'limited': 16/255 and 235/255, the Y of YCbCr that super-resolution papers measure. */
  readonly levels: 'full' | 'limited'
}

/**
 * The luma (greyscale) of a picture: 0.299 R + 0.587 G + 0.114 B, in the range of the picture; [batch, height, width, 3] to [batch, height, width, 1].
 *
 * With `levels: 'limited'` it is (65.481 R + 128.553 G + 24.966 B + 16) / 255, for RGB in [0, 1].
 *
 * Source: ITU-R BT.601, the Y of YIQ and of JPEG; `tf.image.rgb_to_grayscale` rounds the weights to four digits. 'limited' is MATLAB's `rgb2ycbcr` and BasicSR's `bgr2ycbcr`.
 *
 * @example mse(luma(pixels))
 */
export const luma: Transform<LumaOptions> = defineTransform({
  id: 'luma',
  options: t.strict({ levels: oneOf('full', 'limited') }),
  defaults: { levels: 'full' },
  smooth: () => true,
  bound:
    ({ levels }) =>
    (input) =>
      levels === 'full' ? input : (219 * input + 16) / 255,
  shape: () => (input) => lumaProblem(input) ?? [...input.slice(0, 3), 1],
  tiling: () => ({ reach: 0 }),
  apply: ({ levels }) => (levels === 'full' ? lumaOf : limitedLumaOf),
})
