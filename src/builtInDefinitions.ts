/**
 * Every built-in metric, regularizer and transform, in ONE list: what JSON may name without being told.
 */
import type { Definition } from './core/json/definitionTable.js'
import { blurred } from './layers/features/blurred.js'
import { gram } from './layers/features/gram.js'
import { highPassed } from './layers/features/highPassed.js'
import { luma } from './layers/features/luma.js'
import { masked } from './layers/features/masked.js'
import { resized } from './layers/features/resized.js'
import { unitNormalized } from './layers/features/unitNormalized.js'
import { charbonnier } from './metrics/charbonnier.js'
import { contextual } from './metrics/contextual.js'
import { cosine } from './metrics/cosine.js'
import { discriminator } from './metrics/discriminator.js'
import { focalFrequency } from './metrics/focalFrequency.js'
import { gmsd } from './metrics/gmsd.js'
import { haarPsi } from './metrics/haarPsi.js'
import { hinge } from './metrics/hinge.js'
import { huber } from './metrics/huber.js'
import { leastSquares } from './metrics/leastSquares.js'
import { mae } from './metrics/mae.js'
import { mse } from './metrics/mse.js'
import { msSsim } from './metrics/msSsim.js'
import { nonSaturating } from './metrics/nonSaturating.js'
import { outOfRange } from './metrics/outOfRange.js'
import { relativistic } from './metrics/relativistic.js'
import { slicedWasserstein } from './metrics/slicedWasserstein.js'
import { squaredFrobenius } from './metrics/squaredFrobenius.js'
import { ssim } from './metrics/ssim.js'
import { structureTexture } from './metrics/structureTexture.js'
import { totalVariation } from './metrics/totalVariation.js'
import { wasserstein } from './metrics/wasserstein.js'
import { weightedChannels } from './metrics/weightedChannels.js'

/** The built-in definitions: a new metric costs one line here. */
export const builtInDefinitions: readonly Definition[] = [
  ...[mse, mae, charbonnier, huber, cosine, squaredFrobenius],
  ...[ssim, msSsim, gmsd, haarPsi, contextual, slicedWasserstein, focalFrequency],
  ...[weightedChannels, structureTexture],
  ...[discriminator, relativistic],
  ...[totalVariation, outOfRange, nonSaturating, leastSquares, hinge, wasserstein],
  ...[gram, unitNormalized, masked, luma, blurred, highPassed, resized],
]
