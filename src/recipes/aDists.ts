import { checkNoArguments } from '../core/arguments/guards.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { pixels } from '../layers/features/pixels.js'
import { adaptiveStructureTexture } from '../metrics/adaptiveStructureTexture.js'

type ADistsLayer = 'block1_conv2' | 'block2_conv2' | 'block3_conv3' | 'block4_conv3' | 'block5_conv3'

/** A block of VGG16 with L2 pooling. */
const block = <const L extends ADistsLayer>(layer: L) => featureAt(layer, { pooling: 'l2' })

/**
 * A-DISTS, locally adaptive structure and texture similarity: DISTS that finds out from the reference where textures are, and needs no learned weights.
 *
 * Where the reference shows a texture, other patches of it cost little; elsewhere structure must agree. The picture and five blocks of VGG16 with L2 pooling are compared together.
 *
 * Value: [0, 2], zero on identity, not symmetric; about 0.15 for slight and 0.4 for heavy distortions. Compile it over the packaged VGG16. The official program first resizes larger
 * pictures to 256 on the shorter side; do so to compare with its numbers.
 *
 * Source: Ding et al., "Locally Adaptive Structure and Texture Similarity for Image Quality Assessment", 2021; `A-DISTS.py` of dingkeyan93/A-DISTS.
 *
 * @example compile(aDists(), await vgg16())
 */
export const aDists = (...none: readonly []): Loss<ADistsLayer, Target> => {
  checkNoArguments('aDists', none)
  return adaptiveStructureTexture([pixels, block('block1_conv2'), block('block2_conv2'), block('block3_conv3'), block('block4_conv3'), block('block5_conv3')])
}
