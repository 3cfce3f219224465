/**
 * Turns a plan into closures over tensors: how to look at images, and how to compare what was seen.
 *
 * Made once at compile time; a step calls closures and walks no tree.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../tensors/differentiable.js'
import { LossException, type Shape } from '../errors/error.js'
import { networksOf, type AnyExtractor, type Input } from '../language/extractor.js'
import type { Tap } from '../language/feature.js'
import { toUnit, type Range } from '../tensors/images.js'
import { referencePosition, termsThrough, type Plan, type PlannedFeature, type PlannedTerm, type ReferenceSide, type Side } from '../plan/plan.js'
import { withSecondDerivatives } from '../tensors/secondOrder.js'
import { termProblem } from '../plan/shapes.js'

/** Features by their position in the plan; only those that a term of the side looks at. */
export type Seen = readonly (Tensor | undefined)[]

/** How a compiled loss takes its images. */
export interface Viewing {
  readonly range: Range
  readonly input: Input
  /** Is shown every feature in the plan's order, by its position, and whose it is; for finding faults. */
  readonly watch?: Watch
}

/** Looks at a feature of pictures: `name` is a reference's, or 'prediction'; `images` is what the network was given. */
export type Watch = (name: string, at: number, feature: Tensor | undefined, images: Tensor4D) => void

/** Looks at images through masks, which are in the plan's order. */
export type Look = (images: Tensor4D, masks: readonly Tensor4D[]) => Seen

/** How to look at images: every feature of the side, each computed once, in one pass of the network. */
export const viewer = (plan: Plan, side: Side | ReferenceSide, extractor: AnyExtractor | undefined, { range, input, watch }: Viewing): Look => {
  const name = 'name' in side ? side.name : 'prediction'
  const passes = extractor === undefined ? [] : passesOf(plan, side, extractor)
  const makers = side.computed.map((at) => ({ at, make: maker(plan, at, side) }))
  const unit = toUnit(range)
  const needsUnit = input === 'unit' || side.computed.some((at) => plan.features[at]?._tag === 'Pixels')
  return (images, masks) => {
    const pixels = needsUnit ? unit(images) : images
    const given = input === 'unit' ? pixels : images
    const layers: Tensor[] = []
    for (const { names, taps, places, features } of passes)
      withSecondDerivatives(names, () => features(given, taps, input)).forEach((layer, i) => (layers[places[i] ?? 0] = layer))
    const seen: (Tensor | undefined)[] = []
    for (const { at, make } of makers) {
      seen[at] = make({ pixels, layers, masks }, seen)
      watch?.(name, at, seen[at], given)
    }
    const compared: (Tensor | undefined)[] = []
    for (const at of side.compared) compared[at] = seen[at]
    return compared
  }
}

/** What one network gives of a side: each network has its own terms, which alone are named where it has no second derivatives. */
const passesOf = (plan: Plan, side: Side | ReferenceSide, extractor: AnyExtractor) => {
  const asked = side.taps.flatMap((at, place) => (plan.taps[at] === undefined ? [] : [{ at, place, tap: plan.taps[at] }]))
  const networks = networksOf(extractor)
  const ownerOf = ({ layer }: Tap): AnyExtractor | undefined => networks.find(({ layers }) => layers.includes(layer))
  return [...new Set(asked.map(({ tap }) => ownerOf(tap)))].map((owner) => {
    const own = asked.filter(({ tap }) => ownerOf(tap) === owner)
    const features = side.computed.filter((at) => {
      const feature = plan.features[at]
      return feature?._tag === 'Layer' && own.some((one) => one.at === feature.tap)
    })
    return {
      names: (): readonly string[] => termsThrough(plan, features),
      taps: own.map(({ tap }) => tap),
      places: own.map(({ place }) => place),
      features: extractor.features,
    }
  })
}

/** What features are made of. */
interface Sources {
  readonly pixels: Tensor
  readonly layers: readonly Tensor[]
  readonly masks: readonly Tensor[]
}

type Maker = (sources: Sources, seen: Seen) => Tensor | undefined

const maker = (plan: Plan, at: number, side: Side): Maker => {
  const feature: PlannedFeature | undefined = plan.features[at]
  if (feature?._tag === 'Layer') {
    const tap = side.taps.indexOf(feature.tap)
    return ({ layers }) => layers[tap]
  }
  if (feature?._tag === 'Transformed') {
    const { of, by } = feature
    const apply = by.apply()
    const names = (): readonly string[] => termsThrough(plan, [at])
    const mask = by.mask === undefined ? -1 : plan.masks.indexOf(by.mask)
    return ({ masks }, seen) => {
      const input = seen[of]
      return input === undefined ? undefined : withSecondDerivatives(names, () => apply(input, masks[mask]))
    }
  }
  return ({ pixels }) => pixels
}

/** The value of one term: [batch], unweighted. */
export type TermRun = (references: readonly Seen[], prediction: Seen, batch: number) => Tensor1D

/** How to compute a term from what was seen. */
export const termRunner = (plan: Plan, term: PlannedTerm): TermRun => {
  const { by, feature } = term
  if (by._tag === 'Regularize') {
    const apply = by.regularizer.apply()
    return (_references, prediction, batch) => {
      const seen = fitting(term, prediction[feature])
      return oneASample(
        by.regularizer.id,
        withSecondDerivatives(
          () => [term.name],
          () => apply(seen),
        ),
        batch,
      )
    }
  }
  const apply = by.metric.apply()
  const pair = comparedPair(plan, term, by.reference)
  return (references, prediction, batch) => {
    const [reference, seen] = pair(references, prediction, batch)
    return oneASample(
      by.metric.id,
      withSecondDerivatives(
        () => [term.name],
        () => apply(reference, seen),
      ),
      batch,
    )
  }
}

/** What a comparison compares: the reference's feature, one for each sample, and the prediction's. */
export const comparedPair = (plan: Plan, term: PlannedTerm, reference: string) => {
  const at = referencePosition(plan, reference)
  return (references: readonly Seen[], prediction: Seen, batch: number): readonly [reference: Tensor, prediction: Tensor] => {
    const seen = fitting(term, prediction[term.feature])
    const compared = fitting(term, references[at]?.[term.feature])
    const problem = termProblem(term, seen.shape, compared.shape)
    if (problem !== undefined) throw new LossException(problem)
    return [forEach(compared, batch), seen]
  }
}

const fitting = (term: PlannedTerm, feature: Tensor | undefined): Tensor => {
  if (feature === undefined) throw new LossException({ _tag: 'WrongFeatureShape', term: term.name, came: [], reason: 'it was not computed' })
  return feature
}

/** One reference for all: repeated, so that metrics always see equal shapes. */
export const forEach = (reference: Tensor, batch: number): Tensor =>
  reference.shape[0] === batch ? reference : tf.tile(reference, [batch, ...reference.shape.slice(1).map(() => 1)])

/** The value if it is one number a sample. */
export const oneASample = (id: string, value: Tensor1D, batch: number): Tensor1D => {
  const shape: Shape = value.shape
  if (shape.length !== 1 || shape[0] !== batch) throw new LossException({ _tag: 'WrongResultShape', id, came: shape, expected: [batch] })
  return value
}

/** The weighted sum of the terms: [batch]; zero with a zero gradient when there are none. */
export const weightedSum = (terms: readonly PlannedTerm[], values: readonly Tensor1D[], images: Tensor4D): Tensor1D => {
  const weighted = values.map((value, i) => {
    const weight = terms[i]?.weight ?? 1
    return weight === 1 ? value : tf.mul<Tensor1D>(value, weight)
  })
  const [first, ...rest] = weighted
  return first === undefined ? zeroOf(images) : rest.reduce((sum, value) => tf.add<Tensor1D>(sum, value), first)
}

/** Zeros [batch] that are connected to the images, so that their gradient is zero rather than an error. */
const zeroOf = (images: Tensor4D): Tensor1D =>
  differentiable<Tensor1D>(images, (x, save) => {
    save([x])
    return { value: tf.zeros<tf.Rank.R1>([images.shape[0]]), gradient: (_dy, [saved = x]) => tf.zerosLike(saved) }
  })
