import { defineTransform, type Transform } from '../core/define.js'
import { lumaOf, lumaProblem } from '../core/luma.js'
import type { NoOptions } from '../core/options.js'

/**
 * A picture in grey: 0.299 R + 0.587 G + 0.114 B, in the range of the picture; [batch, height, width, 3] to [batch, height, width, 1].
 *
 * Source: ITU-R BT.601, the Y of YIQ and of JPEG; `tf.image.rgb_to_grayscale` has it to four digits. (The Y of TV range, 16 .. 235 of 255, is this times 219/255
 * plus 16/255.)
 *
 * @example mse(luma(pixels))
 */
export const luma: Transform<NoOptions> = defineTransform<NoOptions>({
  id: 'luma',
  smooth: () => true,
  bound: () => (input) => input,
  shape: () => (input) => lumaProblem(input) ?? [...input.slice(0, 3), 1],
  tiling: () => ({ reach: 0 }),
  apply: () => lumaOf,
})
