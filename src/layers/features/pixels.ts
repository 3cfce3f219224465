import { pixels as value, type Pixels } from '../../core/language/feature.js'

/**
 * The image itself: RGB in [0, 1], [batch, height, width, 3], whatever the range that `compile` was told. It needs no network.
 *
 * @example compile(mse(pixels))
 */
export const pixels: Pixels = value
