import { checkNoArguments } from '../core/arguments/guards.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { unitNormalized } from '../layers/features/unitNormalized.js'
import type { ShiftTolerantHead } from '../metrics/learned/lpipsHeads.js'
import { weightedChannels } from '../metrics/weightedChannels.js'
import { sum } from '../combinators/sum.js'

const LAYERS = ['st_conv1', 'st_conv2', 'st_conv3', 'st_conv4', 'st_conv5'] as const

/**
 * Shift-tolerant LPIPS: LPIPS over an AlexNet with blurred downsampling, so that a picture that moves by a pixel costs little.
 *
 * Value: >= 0, zero on identity; about 0.1 for slight and 0.9 for heavy distortions. Compile it over `alexnetShiftTolerant()`. Pictures of at least 21 x 21.
 *
 * Source: Ghildyal and Liu, "Shift-tolerant Perceptual Similarity Metric", 2022; the package stlpips_pytorch 0.0.2.
 *
 * @example compile(stLpips(), await alexnetShiftTolerant())
 */
export const stLpips = (...none: readonly []): Loss<(typeof LAYERS)[number], Target> => {
  checkNoArguments('stLpips', none)
  return sum(...LAYERS.map((layer, i) => weightedChannels(unitNormalized(featureAt(layer)), { weights: `stLpips.alex.lin${String(i)}` as ShiftTolerantHead })))
}
