/** The features of pictures as rows: one for each picture, or one for each position. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { isPlainRecord, optionsProblem, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import { argumentProblem } from '../core/arguments/guards.js'
import { aRange, extractorProblem } from '../core/compile/compileArguments.js'
import { defineRegularizer } from '../core/define/define.js'
import { getOrThrow, LossException, throwProblem } from '../core/errors/lossException.js'
import { featureComputer } from '../core/evaluate/features.js'
import { nanMarker } from '../core/evaluate/propagateNaN.js'
import { isExtractor, networksOf, type AnyExtractor } from '../core/language/extractor.js'
import type { AnyFeature, Feature } from '../core/language/feature.js'
import { aFeature } from '../core/language/lossGuards.js'
import { showFeature } from '../core/language/show.js'
import { planLoss, type Plan } from '../core/plan/plan.js'
import { sideShapes } from '../core/plan/shapes.js'
import { imagesProblem } from '../core/tensors/checkImages.js'
import { oneOf } from '../core/arguments/codecs.js'
import type { Range } from '../core/tensors/valueRange.js'

/** How features become rows. */
export interface RowOptions {
  /** The values of black and white: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
  /** 'average' (default): one feature for each picture, the mean over its positions; 'each': one for each position. */
  readonly positions?: 'average' | 'each'
}

export const ROW_OPTIONS: AcceptedOptions = { range: aRange, positions: oneOf('average', 'each') }

/** Makes rows of pictures. */
export interface FeatureRows {
  /** The network and the feature, for statistics. */
  readonly of: string
  /** Throws for what is no batch of pictures, and for pictures too small for the layer. */
  readonly check: (images: unknown) => Tensor4D
  /** [rows, dimension]; NaN for pictures that are not finite; differentiable. The rows of a picture follow each other. */
  readonly rows: (images: Tensor4D) => Tensor2D
}

/** What follows a feature: an extractor or none, and options or none. */
export interface RowArguments<O> {
  readonly extractor: AnyExtractor | undefined
  readonly options: O
}

/** The arguments after the feature; throws for anything else. */
export const rowArguments = <O extends RowOptions>(who: string, [second, third]: readonly unknown[], accepted: AcceptedOptions): RowArguments<O> => {
  const optionsAlone = isPlainRecord(second) && !isExtractor(second) && third === undefined
  const [extractor, options] = optionsAlone ? [undefined, second] : [second, third]
  throwProblem(extractorProblem(extractor) ?? optionsProblem(who, options, accepted))
  return { extractor: extractor as AnyExtractor | undefined, options: (options ?? {}) as O }
}

/** The language plans losses: this one stands for its feature. */
const anyFeature = defineRegularizer({
  id: 'feature',
  laws: () => ({ range: [-Infinity, Infinity], smooth: true }),
  apply: () => (feature) => tf.mean(feature),
})

/** How the rows of a feature are made; throws for a feature that the extractor does not have. */
export const featureRows = (feature: AnyFeature, extractor: AnyExtractor | undefined, { range = [0, 1], positions = 'average' }: RowOptions): FeatureRows => {
  throwProblem(argumentProblem('The feature', feature, aFeature))
  const plan = getOrThrow(planLoss(anyFeature(feature as Feature<string, string>), extractor))
  const [mask] = plan.masks
  if (mask !== undefined)
    throw new LossException({
      _tag: 'BadArgument',
      name: 'The feature',
      received: `a feature with the mask '${mask}'`,
      expected: 'a feature without masks: a set of pictures has none',
    })
  const compute = featureComputer(plan, plan.prediction, extractor, { range, input: 'unit' })
  const marker = nanMarker(plan)
  const at = plan.terms[0]?.feature ?? 0
  return {
    of: `${namesOf(plan, extractor)}${showFeature(feature)}, ${positions === 'each' ? 'at each position' : 'averaged over positions'}`,
    check: (images) => {
      throwProblem(imagesProblem('images', images))
      const { shape } = images as Tensor4D
      getOrThrow(sideShapes(plan, extractor, plan.prediction, 'images', shape))
      return images as Tensor4D
    },
    rows: (images) => {
      const computed = compute(images, [])[at]
      if (computed === undefined) throw new LossException({ _tag: 'WrongFeatureShape', term: 'feature', received: [], reason: 'it was not computed' })
      return inRows(computed, marker(images), positions)
    },
  }
}

/** The networks that the feature needs. */
const namesOf = ({ taps }: Plan, extractor: AnyExtractor | undefined): string => {
  const used = extractor === undefined ? [] : networksOf(extractor).filter(({ layers }) => taps.some(({ layer }) => layers.includes(layer)))
  return used.length === 0 ? '' : `${used.map(({ name }) => name).join(' and ')}: `
}

const inRows = (feature: Tensor, mark: Tensor, positions: 'average' | 'each'): Tensor2D => {
  const [batch = 0, ...rest] = feature.shape
  const dimension = rest.at(-1) ?? 1
  const between = rest.slice(0, -1).map((_, i) => i + 1)
  const marked = tf.add(feature, tf.reshape(mark, [batch, ...rest.map(() => 1)]))
  return tf.reshape(positions === 'average' && between.length > 0 ? tf.mean(marked, between) : marked, [-1, dimension])
}
