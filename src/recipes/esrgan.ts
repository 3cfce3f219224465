import * as t from 'io-ts'
import type { Loss, Target } from '../core/language/loss.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { featureAt } from '../layers/features/featureAt.js'
import { pixels } from '../layers/features/pixels.js'
import { mae } from '../metrics/mae.js'
import { sum } from '../combinators/sum.js'
import { weighted } from '../combinators/weighted.js'
import { weight } from '../core/arguments/codecs.js'
import { getOrThrow } from '../core/errors/lossException.js'

/** The weights of the parts; names and defaults are BasicSR's. */
export interface EsrganOptions {
  /** The weight of the features of VGG19; default 1. */
  readonly perceptualWeight: number
  /** The weight of the mean absolute error of pixels, left out at 0 (default); ESRGAN trained with 1e-2, Real-ESRGAN with 1. */
  readonly pixelWeight: number
}

const specFor = (id: string) => ({
  id,
  codec: t.strict({ perceptualWeight: weight, pixelWeight: weight }),
  defaults: { perceptualWeight: 1, pixelWeight: 0 } as EsrganOptions,
})

/** Before its ReLU, as in both papers. */
const at = <const L extends string>(layer: L): Loss<L, Target> => mae(featureAt(layer, { activation: 'pre' }))

const withPixels = <L extends string>(id: string, features: Loss<L, Target>, options: Partial<EsrganOptions>): Loss<L, Target> => {
  const { perceptualWeight, pixelWeight } = getOrThrow(withOptions(specFor(id), options))
  const perceptual = weighted(perceptualWeight, features)
  return pixelWeight === 0 ? perceptual : sum(perceptual, weighted(pixelWeight, mae(pixels)))
}

/**
 * ESRGAN's perceptual loss: the mean absolute error of VGG19's conv5_4 before its ReLU; with `pixelWeight` also of pixels.
 *
 * Value: >= 0, zero on identity. The authors' weights are torchvision's VGG19. Their adversarial part is `weighted(5e-3, relativistic(...))` over a discriminator.
 *
 * @throws LossException `BadOptions` for a weight that is not a finite number.
 * Source: Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", 2018, eq. 3; `basicsr/losses/basic_loss.py` `PerceptualLoss`.
 *
 * @example compile(esrgan({ pixelWeight: 1e-2 }), await vgg19({ weights: 'vgg19.safetensors' }))
 */
export const esrgan = (options: Partial<EsrganOptions> = {}): Loss<'block5_conv4', Target> => withPixels('esrgan', at('block5_conv4'), options)

/**
 * Real-ESRGAN's perceptual loss: the mean absolute errors of VGG19's conv1_2, conv2_2 (0.1 each), conv3_4, conv4_4 and conv5_4 (1 each) before their ReLUs.
 *
 * Value: >= 0, zero on identity. The authors' weights are torchvision's VGG19. They add pixels with `pixelWeight: 1`, and `weighted(0.1, nonSaturating(...))` over a
 * discriminator.
 *
 * @throws LossException `BadOptions` for a weight that is not a finite number.
 * Source: Wang et al., "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data", 2021; `basicsr/losses/basic_loss.py` `PerceptualLoss`.
 *
 * @example compile(realEsrgan({ pixelWeight: 1 }), await vgg19({ weights: 'vgg19.safetensors' }))
 */
export const realEsrgan = (
  options: Partial<EsrganOptions> = {},
): Loss<'block1_conv2' | 'block2_conv2' | 'block3_conv4' | 'block4_conv4' | 'block5_conv4', Target> =>
  withPixels(
    'realEsrgan',
    sum(weighted(0.1, at('block1_conv2')), weighted(0.1, at('block2_conv2')), at('block3_conv4'), at('block4_conv4'), at('block5_conv4')),
    options,
  )
