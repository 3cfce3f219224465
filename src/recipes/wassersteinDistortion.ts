import * as t from 'io-ts'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { getOrThrow } from '../core/errors/lossException.js'
import type { Picture } from '../core/language/feature.js'
import type { AnyLoss, Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { halved } from '../layers/features/halved.js'
import { pixels } from '../layers/features/pixels.js'
import { IMAGENET, inverseOf, standardized } from '../layers/features/standardized.js'
import { aLog2Sigma, localStatistics } from '../metrics/localStatistics.js'
import { sum } from '../combinators/sum.js'

const LAYERS = ['block1_conv2', 'block2_conv2', 'block3_conv3', 'block4_conv3', 'block5_conv3'] as const

/** Options of `wassersteinDistortion`. */
export interface WassersteinDistortionOptions {
  /** The base-2 logarithm of sigma, in pixels: a number from 0 to 5 (default 4), or the name of a map that is passed with the references. */
  readonly log2Sigma?: number | string
}

const spec = {
  id: 'wassersteinDistortion',
  codec: t.strict({ log2Sigma: aLog2Sigma }),
  defaults: { log2Sigma: 4 } as Required<WassersteinDistortionOptions>,
}

/** The picture at three scales as the network takes it. Scales are made of the standardized picture, so that what lies outside is ImageNet's mean. */
const scales = (): readonly Picture[] => {
  const standard = standardized(pixels)
  const smaller = [halved(standard), halved(halved(standard))]
  return [pixels, ...smaller.map((picture) => standardized(picture, inverseOf(IMAGENET)))]
}

/**
 * Wasserstein distortion: local statistics of the picture and of five layers of VGG16 with average pooling, at three scales of the picture.
 *
 * With `log2Sigma` 0 it judges fidelity, position by position; the larger sigma, the more it judges realism: whether textures look alike within sigma pixels, wherever their details lie. A
 * map of log2 sigma, passed by its name like a mask, says where details matter: `{ log2Sigma: 'sigma' }` needs float32 [batch or 1, height, width, 1] from 0 to 5, of the picture's size.
 *
 * Value: [0, infinity), zero on identity, symmetric; about 4 for slight and 40 for heavy distortions. Compile it over the packaged VGG16. Pictures of at least 61 x 61.
 *
 * @throws LossException `BadOptions` for a wrong sigma; when compiled, `MissingMask` or `BadMask` for a map that is missing or does not fit.
 * Source: Ballé et al., "Good, Cheap, and Fast: Overfitted Image Compression with Wasserstein Distortion", 2025; Qiu et al., "Wasserstein Distortion: Unifying Fidelity and Realism", 2024.
 *
 * @example compile(wassersteinDistortion({ log2Sigma: 3 }), await vgg16())
 * @example compile(wassersteinDistortion({ log2Sigma: 'sigma' }), await vgg16())({ target, sigma }, prediction)
 */
export function wassersteinDistortion(options?: { readonly log2Sigma?: number }): Loss<(typeof LAYERS)[number], Target>
export function wassersteinDistortion<const N extends string>(options: { readonly log2Sigma: N }): Loss<(typeof LAYERS)[number], Target | N>
export function wassersteinDistortion(options: WassersteinDistortionOptions = {}): AnyLoss {
  const by = getOrThrow(withOptions(spec, options))
  const layers = scales().flatMap((of) => LAYERS.map((layer) => localStatistics(featureAt(layer, { pooling: 'average', of }), by)))
  return sum(localStatistics(standardized(pixels), by), ...layers)
}
