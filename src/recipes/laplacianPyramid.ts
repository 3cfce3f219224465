import * as t from 'io-ts'
import type { Feature } from '../core/language/feature.js'
import type { Loss, Target } from '../core/language/loss.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { blurred } from '../layers/features/blurred.js'
import { highPassed } from '../layers/features/highPassed.js'
import { pixels } from '../layers/features/pixels.js'
import { resized } from '../layers/features/resized.js'
import { mae } from '../metrics/mae.js'
import { sum } from '../combinators/sum.js'
import { count, sigma } from '../core/arguments/codecs.js'
import { getOrThrow } from '../core/errors/lossException.js'

/** Options of `laplacianPyramid`. */
export interface LaplacianPyramidOptions {
  /** The number of bands, each half the size of the one before, up to 16; default 4. The low-pass residual is one more term. */
  readonly levels: number
  /** The standard deviation of the blur between them, in positions; default 1, about that of Burt and Adelson's binomial window. */
  readonly sigma: number
}

const spec = {
  id: 'laplacianPyramid',
  codec: t.strict({ levels: count(16), sigma }),
  defaults: { levels: 4, sigma: 1 } as LaplacianPyramidOptions,
}

/**
 * The Laplacian pyramid loss: the sum of the mean absolute errors of each band of the pictures' Laplacian pyramids and of the low-pass residual.
 *
 * The paper's 2^2j times the sum of |d| over band j, whose positions are 2^2j times fewer, is the mean over the band times the number of the picture's elements, which
 * is left out here: so the bands weigh the same, and values do not grow with the picture.
 *
 * Value: >= 0, zero on identity, symmetric. Pictures of any size; sides are halved, rounded, down to 1.
 *
 * @throws LossException `BadOptions` for unknown or wrong options.
 * Source: Bojanowski, Joulin, Lopez-Paz and Szlam, "Optimizing the Latent Space of Generative Networks", 2018, section 2.2; Ling and Okada, "Diffusion Distance for
 * Histogram Comparison", 2006.
 *
 * @example compile(laplacianPyramid())
 */
export const laplacianPyramid = (options: Partial<LaplacianPyramidOptions> = {}): Loss<never, Target> => {
  const { levels, sigma: width } = getOrThrow(withOptions(spec, options))
  const halved = (feature: Feature): Feature => resized(blurred(feature, { sigma: width }), { scale: 0.5, antialias: false })
  const scales = Array.from({ length: levels }).reduce<readonly Feature[]>((sofar) => [...sofar, halved(sofar.at(-1) ?? pixels)], [pixels])
  return sum(...scales.map((feature, level) => mae(level < levels ? highPassed(feature, { sigma: width }) : feature)))
}
