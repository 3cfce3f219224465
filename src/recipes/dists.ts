import { checkNoArguments } from '../core/arguments/guards.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { pixels } from '../layers/features/pixels.js'
import { structureTexture } from '../metrics/structureTexture.js'
import { sum } from '../combinators/sum.js'

type DistsLayer = 'block1_conv2' | 'block2_conv2' | 'block3_conv3' | 'block4_conv3' | 'block5_conv3'

/** A block of VGG16 with L2 pooling. */
const block = <const L extends DistsLayer>(layer: L) => featureAt(layer, { pooling: 'l2' })

/**
 * DISTS, deep image structure and texture similarity: means and covariances of the channels of the picture and of five blocks of VGG16 with L2 pooling, with learned weights.
 *
 * Value: [0, 2], zero on identity; about 0.1 for slight and 0.4 for heavy distortions. Other patches of the same texture cost little. Compile it over the packaged VGG16
 * (torchvision's weights), for which its weights were learned. The official program first resizes larger pictures to 256 on the shorter side; do so to compare with its numbers.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020; the package DISTS_pytorch 0.1.
 *
 * @example compile(dists(), await vgg16())
 */
export const dists = (...none: readonly []): Loss<DistsLayer, Target> => {
  checkNoArguments('dists', none)
  return sum(
    structureTexture(pixels, { weights: 'dists.stage0' }),
    structureTexture(block('block1_conv2'), { weights: 'dists.stage1' }),
    structureTexture(block('block2_conv2'), { weights: 'dists.stage2' }),
    structureTexture(block('block3_conv3'), { weights: 'dists.stage3' }),
    structureTexture(block('block4_conv3'), { weights: 'dists.stage4' }),
    structureTexture(block('block5_conv3'), { weights: 'dists.stage5' }),
  )
}
