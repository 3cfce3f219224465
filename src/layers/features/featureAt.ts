import { accepted, requireName } from '../../core/arguments/guards.js'
import { checkOptions, type AcceptedOptions } from '../../core/arguments/checkOptions.js'
import { isFeature, isPicture, layer, type Activation, type Layer, type Picture, type Pooling } from '../../core/language/feature.js'
import type { LayerName } from '../networks/builtInLayerName.js'

/** The variant of the layer, and what the network looks at. */
export interface FeatureAtOptions<R extends string = string> {
  /** 'post' (default): after its ReLU, as Keras' layers are; 'pre': before it. */
  readonly activation: Activation
  /** 'max' (default): as trained; 'average' and 'l2' replace all pooling of the network, as in style transfer and DISTS. */
  readonly pooling: Pooling
  /** What the network looks at: the pixels (default), or a transform of them with 3 channels, or with 1, which is repeated. Equal ones share a pass of the network. */
  readonly of: Picture<R>
}

const OPTIONS: AcceptedOptions = {
  activation: accepted("'post' or 'pre'", (value) => value === 'post' || value === 'pre'),
  pooling: accepted("'max', 'average' or 'l2'", (value) => value === 'max' || value === 'average' || value === 'l2'),
  of: accepted('pixels or a transform of them: a network looks at a picture', (value) => isFeature(value) && isPicture(value)),
}

/**
 * The activations of a network layer as a feature: [batch, height, width, channels].
 *
 * Layers have Keras' names (`block3_conv3`); for a VGG, `relu3_3` and `conv3_3` (before its ReLU) work as in papers.
 *
 * @throws LossException `BadOptions` for an unknown option, or for `of` that needs a network itself. A layer that the network does not have is a type error at `compile`.
 * @example mse(featureAt('block3_conv3'))
 * @example mae(featureAt('block5_conv4', { activation: 'pre' }))
 * @example mse(featureAt('block2_conv2', { of: resized(pixels, { scale: 0.5 }) }))
 */
export const featureAt = <const L extends LayerName, R extends string = never>(name: L, options: Partial<FeatureAtOptions<R>> = {}): Layer<NoInfer<L>, R> => {
  requireName('The layer of featureAt', name)
  checkOptions('featureAt', options, OPTIONS)
  const { activation = 'post', pooling = 'max', of } = options
  return layer({ layer: name, activation, pooling }, of)
}
