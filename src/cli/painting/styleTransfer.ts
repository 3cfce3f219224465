/** The loss of style transfer: one value. */
import { against, featureAt, gram, mse, named, pixels, sum, totalVariation, weighted } from '../../index.js'

/** The weight of each part. */
export interface Weights {
  readonly contentWeight: number
  readonly styleWeight: number
  readonly tvWeight: number
}

/** Gatys' layers without the two deepest, which cost most; weighted so that a photograph starts at about the same style distance in each. */
const STYLE_LAYERS = [
  ['block1_conv1', 100],
  ['block2_conv1', 3],
  ['block3_conv1', 0.3],
] as const

const style = sum(...STYLE_LAYERS.map(([layer, weight]) => weighted(weight, mse(gram(featureAt(layer), { normalize: 'positions' })))))

/** Keeps the content of `target` and takes on the style of `style`, smoothly. */
export const styleTransfer = ({ contentWeight, styleWeight, tvWeight }: Weights) =>
  sum(
    named('content', weighted(contentWeight, mse(featureAt('block3_conv1')))),
    named('style', weighted(styleWeight, against('style', style))),
    named('smooth', weighted(tvWeight, totalVariation(pixels))),
  )
