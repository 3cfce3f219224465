/**
 * Every built-in metric, regularizer and transform, in ONE list: what JSON may name without being told.
 */
import type { Definition } from './core/json/definitions.js'
import { gram } from './layers/gram.js'
import { masked } from './layers/masked.js'
import { unitNormalized } from './layers/unitNormalized.js'
import { charbonnier } from './metrics/charbonnier.js'
import { cosine } from './metrics/cosine.js'
import { discriminator } from './metrics/discriminator.js'
import { hinge } from './metrics/hinge.js'
import { huber } from './metrics/huber.js'
import { leastSquares } from './metrics/leastSquares.js'
import { mae } from './metrics/mae.js'
import { msSsim } from './metrics/msSsim.js'
import { mse } from './metrics/mse.js'
import { nonSaturating } from './metrics/nonSaturating.js'
import { relativistic } from './metrics/relativistic.js'
import { squaredFrobenius } from './metrics/squaredFrobenius.js'
import { ssim } from './metrics/ssim.js'
import { structureTexture } from './metrics/structureTexture.js'
import { totalVariation } from './metrics/totalVariation.js'
import { wasserstein } from './metrics/wasserstein.js'
import { weightedChannels } from './metrics/weightedChannels.js'

/** The built-in definitions: a new metric costs one line here. */
export const definitions: readonly Definition[] = [
  ...[mse, mae, charbonnier, huber, cosine, squaredFrobenius],
  ...[ssim, msSsim],
  ...[weightedChannels, structureTexture],
  ...[discriminator, relativistic],
  ...[totalVariation, nonSaturating, leastSquares, hinge, wasserstein],
  ...[gram, unitNormalized, masked],
]
