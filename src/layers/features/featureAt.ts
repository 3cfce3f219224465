import * as t from 'io-ts'
import { layer, type Activation, type Layer, type Pooling } from '../../core/language/feature.js'
import { requireName } from '../../core/arguments/guards.js'
import { withOptions } from '../../core/arguments/definitionOptions.js'
import type { LayerName } from '../networks/builtInLayerName.js'
import { oneOf } from '../../core/arguments/codecs.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** The variant of the layer. */
export interface FeatureAtOptions {
  /** 'post' (default): after its ReLU, as Keras' layers are; 'pre': before it. */
  readonly activation: Activation
  /** 'max' (default): as trained; 'average' and 'l2' replace all pooling of the network, as in style transfer and DISTS. */
  readonly pooling: Pooling
}

const spec = {
  id: 'featureAt',
  codec: t.strict({ activation: oneOf('post', 'pre'), pooling: oneOf('max', 'average', 'l2') }),
  defaults: { activation: 'post', pooling: 'max' } as FeatureAtOptions,
}

/**
 * The activations of a network layer as a feature: [batch, height, width, channels].
 *
 * Layers have Keras' names (`block3_conv3`); for a VGG, `relu3_3` and `conv3_3` (before its ReLU) work as in papers.
 *
 * @throws LossException `BadOptions` for an unknown option. A layer that the network does not have is a type error at `compile`.
 * @example mse(featureAt('block3_conv3'))
 * @example mae(featureAt('block5_conv4', { activation: 'pre' }))
 */
export const featureAt = <const L extends LayerName>(name: L, options: Partial<FeatureAtOptions> = {}): Layer<NoInfer<L>> => {
  requireName('The layer of featureAt', name)
  return layer({ layer: name, ...getOrThrow(withOptions(spec, options)) })
}
