import * as t from 'io-ts'
import type { Loss, Target } from '../core/language/loss.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { featureAt } from '../layers/features/featureAt.js'
import { unitNormalized, type UnitNormalizedOptions } from '../layers/features/unitNormalized.js'
import type { LpipsHead, LpipsNet } from '../metrics/learned/lpipsHeads.js'
import { weightedChannels } from '../metrics/weightedChannels.js'
import { sum } from '../combinators/sum.js'
import { oneOf } from '../core/arguments/codecs.js'
import { getOrThrow } from '../core/errors/lossException.js'

/** After their ReLUs; a fire module's value is its two parts one after the other. */
const LAYERS = {
  alex: ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'],
  vgg: ['block1_conv2', 'block2_conv2', 'block3_conv3', 'block4_conv3', 'block5_conv3'],
  squeeze: ['conv1', 'fire3', 'fire5', 'fire6', 'fire7', 'fire8', 'fire9'],
} as const

/** Options of `lpips`. */
export interface LpipsOptions<N extends LpipsNet = LpipsNet> {
  /** The network to compile it over: 'alex' (default) for `alexnet()`, 'vgg' for `vgg16()`, 'squeeze' for `squeezenet(...)`. */
  readonly net?: N | LpipsNet
  /** 'v0.1' (default): the learned linear heads; 'none': the original's baseline, with weight 1 for all channels. */
  readonly heads?: 'v0.1' | 'none'
  /** The epsilon of the normalization: 'official' (default): |f| + 1e-10; 'torchmetrics': sqrt(|f|² + 1e-8). */
  readonly like?: 'official' | 'torchmetrics'
}

const spec = {
  id: 'lpips',
  codec: t.strict({ net: oneOf('alex', 'vgg', 'squeeze'), heads: oneOf('v0.1', 'none'), like: oneOf('official', 'torchmetrics') }),
  defaults: { net: 'alex', heads: 'v0.1', like: 'official' } as Required<LpipsOptions>,
}

const NORMALIZATIONS: Readonly<Record<'official' | 'torchmetrics', Partial<UnitNormalizedOptions>>> = {
  official: {},
  torchmetrics: { epsilon: 1e-8, addedTo: 'square' },
}

/**
 * LPIPS v0.1, the learned perceptual image patch similarity: unit-normalized features, squared differences weighted by learned heads, the mean over positions, summed
 * over layers.
 *
 * Value: >= 0, zero on identity; about 0.1 for slight and 0.7 for heavy distortions. Compile it over the packaged network (torchvision's weights), for which the heads
 * were learned; Keras' VGG16 comes from a different training, and does not give LPIPS values. Pictures of at least 16 x 16 for 'vgg', 31 x 31 for 'alex', 17 x 17 for 'squeeze'.
 *
 * @throws LossException `BadOptions` for an unknown net, heads or like.
 * Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018; the package lpips 0.1.4; `torchmetrics/functional/image/lpips.py`.
 *
 * @example compile(lpips({ net: 'vgg' }), await vgg16())
 */
export const lpips = <N extends LpipsNet = 'alex'>(options: LpipsOptions<N> = {}): Loss<(typeof LAYERS)[N][number], Target> => {
  const { net, heads, like } = getOrThrow(withOptions(spec, options))
  return sum(
    ...LAYERS[net].map((layer, i) =>
      weightedChannels(unitNormalized(featureAt(layer), NORMALIZATIONS[like]), {
        weights: heads === 'none' ? 'ones' : (`lpips.${net}.lin${String(i)}` as LpipsHead),
      }),
    ),
  )
}
