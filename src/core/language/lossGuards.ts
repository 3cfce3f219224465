/** Checks of arguments that must be losses, features or extractors. */
import { accepted } from '../arguments/guards.js'
import { isLoss, type AnyLoss } from './loss.js'
import { isFeature } from './feature.js'
import { isExtractor } from './extractor.js'
import { formatValue } from '../errors/formatValue.js'
import { LossException } from '../errors/lossException.js'

export const aLoss = accepted('a loss, such as mse(pixels)', isLoss)

export const aFeature = accepted("a feature, such as pixels or featureAt('block3_conv3')", isFeature)

export const anExtractor = accepted('an extractor, such as await vgg16(), or a model through fromLayersModel or fromGraphModel', isExtractor)

/** The value if it is a loss; throws a `BadArgument` that names who needed it, for values from untyped code. */
export const requireLoss = (who: string, value: unknown): AnyLoss => {
  if (!isLoss(value)) throw new LossException({ _tag: 'BadArgument', name: who, received: formatValue(value), expected: aLoss.name })
  return value
}
