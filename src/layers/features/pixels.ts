import { pixels as value, type Pixels } from '../../core/language/feature.js'

/**
 * The pixels of the image as a feature: RGB in [0, 1] for every `range`, [batch, height, width, 3]. It needs no network.
 *
 * @example compile(mse(pixels))
 */
export const pixels: Pixels = value
