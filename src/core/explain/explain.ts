/**
 * What a loss would do for pictures of a size: which layers run, what is shared, and what it costs.
 *
 * Law: `flops.prepared` is the sum over layers, features and terms of what stands there; the references add what they need themselves.
 */
import { aMemory, aShape, extractorProblem } from '../compile/compileArguments.js'
import { argumentProblem } from '../arguments/guards.js'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { WithLayers, WithoutNetwork } from '../compile/calls.js'
import { compileAny } from '../compile/compileAny.js'
import { type LossError } from '../errors/lossError.js'
import type { AnyExtractor, LayerCost } from '../language/extractor.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { peakMemory, type PeakMemory } from './peakMemory.js'
import { featureNames, planLoss, type Plan, type PlannedTerm, type Side } from '../plan/plan.js'
import { sideShapes, type FeatureShapes } from '../plan/shapes.js'
import { smallestSide } from '../plan/smallestSide.js'
import { shortTap } from '../language/show.js'
import type { Tiling } from '../tiling/tiledEvaluation.js'
import { type Shape, elements } from '../errors/shape.js'
import { aLoss } from '../language/lossGuards.js'
import { isPlainRecord, optionsProblem } from '../arguments/accepted.js'
import { getOrThrow } from '../errors/lossException.js'

/** For which pictures. */
export interface ExplainOptions {
  /** [batch, height, width, 3] of the prediction and of each reference. */
  readonly shape: readonly [batch: number, height: number, width: number, channels: 3]
  /** As `compile` takes it: what looking at the pictures tile by tile would cost, too. */
  readonly memory?: number | string
}

/** One feature that is computed once, however many terms look at it. */
export interface ExplainedFeature {
  readonly feature: string
  readonly shape: Shape
  readonly bytes: number
  /** Of the transform; 0 for pixels and layers, whose cost stands with the layers. */
  readonly flops: number
  /** The names of the terms that look at it, through transforms too; shared where there are several. */
  readonly terms: readonly string[]
}

/** One term. */
export interface ExplainedTerm {
  readonly name: string
  readonly weight: number
  readonly feature: string
  /** Of the metric or regularizer itself. */
  readonly flops: number
  /** What the prediction's side would cost if this term stood alone: layers, transforms and the term. */
  readonly alone: number
  /** Bytes of the feature that it looks at. */
  readonly bytes: number
}

/** Floating point operations; two a multiply-add. */
export interface ExplainedFlops {
  /** Forward: the prediction's side alone, for prepared references. */
  readonly prepared: number
  /** Forward: the references' side, too. */
  readonly fresh: number
}

/** What a loss would do. */
export interface Explanation {
  readonly shape: Shape
  readonly extractor: string | undefined
  /** The layers that run for the prediction, in order, one list for all variants. */
  readonly layers: readonly LayerCost[]
  /** The layers that do not run. */
  readonly cutOff: readonly string[]
  readonly taps: readonly string[]
  readonly features: readonly ExplainedFeature[]
  readonly terms: readonly ExplainedTerm[]
  readonly flops: ExplainedFlops
  /** The peak of a step, value and gradient, on the backend in use. */
  readonly memory: PeakMemory
  /** What tiles cost; undefined where no `memory` was given. */
  readonly tiling: Tiling | undefined
}

/**
 * What a loss would do; a Left for what `tryCompile` refuses, or for pictures that are too small.
 *
 * @example pipe(await tryExplain(loss, extractor, { shape: [1, 256, 256, 3] })(), E.map(({ flops }) => flops.prepared))
 */
export function tryExplain<L extends string, R extends string>(loss: WithoutNetwork<L, R>, options: ExplainOptions): TE.TaskEither<LossError, Explanation>
export function tryExplain<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ExplainOptions,
): TE.TaskEither<LossError, Explanation>
export function tryExplain(...args: readonly unknown[]): TE.TaskEither<LossError, Explanation> {
  const [loss, ...rest] = args as readonly [AnyLoss, ...unknown[]]
  const [extractor, options] = (rest.length > 1 ? rest : [undefined, ...rest]) as [AnyExtractor | undefined, ExplainOptions]
  const problem = argumentsProblem(loss, extractor, options)
  if (problem !== undefined) return TE.left(problem)
  const { shape, memory } = options
  return F.pipe(
    TE.fromEither(compileAny(loss, extractor, {})),
    TE.bindTo('f'),
    TE.bind('tiled', ({ f }) => TE.fromEither(memory === undefined ? E.right(f) : compileAny(loss, extractor, { memory }))),
    TE.bind('plan', () => TE.fromEither(planLoss(loss, extractor))),
    TE.chain(({ f, tiled, plan }) =>
      F.pipe(
        TE.fromEither(sideShapes(plan, extractor, plan.prediction, 'prediction', shape)),
        TE.chain((shapes) =>
          TE.tryCatch(
            async (): Promise<Explanation> =>
              Promise.resolve({
                ...layOut(plan, extractor, shape, shapes),
                memory: peakMemory(f, shape, smallestSide(plan, extractor)),
                tiling: tiled.tiling(shape),
              }),
            (error): LossError => {
              if (error instanceof Error && 'error' in error) return error.error as LossError
              throw error
            },
          ),
        ),
      ),
    ),
  )
}

const argumentsProblem = (loss: unknown, extractor: unknown, options: unknown): LossError | undefined =>
  argumentProblem('The loss', loss, aLoss) ??
  extractorProblem(extractor) ??
  optionsProblem('explain', options, { shape: aShape, memory: aMemory }) ??
  argumentProblem('The option shape of explain', isPlainRecord(options) ? options['shape'] : undefined, aShape)

/**
 * What a loss would do for pictures of a size: layers run and cut off, taps, shared features, floating point operations and bytes, a layer and a term, with prepared
 * references or fresh ones.
 *
 * The peak of memory is found out by running the loss on small pictures (a fraction of a second), on the backend in use. The gradient of a frozen network takes as many
 * operations as the prediction's forward pass.
 *
 * @throws LossException where `tryExplain` gives a Left.
 * @example console.log(showExplanation(await explain(loss, extractor, { shape: [1, 256, 256, 3] })))
 * @example await explain(mse(pixels), { shape: [1, 256, 256, 3] })
 */
export function explain<L extends string, R extends string>(loss: WithoutNetwork<L, R>, options: ExplainOptions): Promise<Explanation>
export function explain<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ExplainOptions,
): Promise<Explanation>
export async function explain(...args: readonly unknown[]): Promise<Explanation> {
  return getOrThrow(await (tryExplain as (...args: readonly unknown[]) => TE.TaskEither<LossError, Explanation>)(...args)())
}

const total = (parts: readonly { readonly flops: number }[]): number => parts.reduce((sum, { flops }) => sum + flops, 0)

const layOut = (plan: Plan, extractor: AnyExtractor | undefined, shape: Shape, shapes: FeatureShapes): Omit<Explanation, 'memory' | 'tiling'> => {
  const layersOf = (side: Pick<Side, 'taps'>): readonly LayerCost[] =>
    extractor === undefined || side.taps.length === 0
      ? []
      : extractor.cost(
          shape,
          side.taps.flatMap((at) => plan.taps[at] ?? []),
        ).layers
  const names = featureNames(plan)
  const transformFlops = (at: number): number => {
    const feature = plan.features[at]
    return feature?._tag === 'Transformed' ? feature.by.flops(shapes[feature.of] ?? []) : 0
  }
  const termFlops = ({ by, feature }: PlannedTerm): number => (by._tag === 'Compare' ? by.metric : by.regularizer).flops(shapes[feature] ?? [])
  const sideFlops = (side: Side): number => total(layersOf(side)) + side.computed.reduce((sum, at) => sum + transformFlops(at), 0)

  const terms = plan.terms.map((term): ExplainedTerm => {
    const parts = madeOf(plan, term.feature)
    const taps = parts.flatMap((at) => tapOf(plan, at))
    const flops = termFlops(term)
    return {
      name: term.name,
      weight: term.weight,
      feature: names[term.feature] ?? '',
      flops,
      alone: flops + total(layersOf({ taps })) + parts.reduce((sum, at) => sum + transformFlops(at), 0),
      bytes: 4 * elements(shapes[term.feature] ?? []),
    }
  })
  const prepared = sideFlops(plan.prediction) + total(terms)
  const layers = layersOf(plan.prediction)
  const through = termsByFeature(plan)
  return {
    shape,
    extractor: extractor?.name,
    layers,
    cutOff: (extractor?.layers ?? []).filter((name) => !layers.some(({ layer }) => layer === name)),
    taps: plan.taps.map(shortTap),
    features: plan.features.map((_, at) => ({
      feature: names[at] ?? '',
      shape: shapes[at] ?? [],
      bytes: 4 * elements(shapes[at] ?? []),
      flops: transformFlops(at),
      terms: through[at] ?? [],
    })),
    terms,
    flops: { prepared, fresh: prepared + plan.references.reduce((sum, side) => sum + sideFlops(side), 0) },
  }
}

/** The features that a feature is made of, and itself. */
const madeOf = ({ features }: Plan, at: number): readonly number[] => {
  const parts = [at]
  for (let feature = features[at]; feature?._tag === 'Transformed'; feature = features[feature.of]) parts.unshift(feature.of)
  return parts
}

/** The names of the terms that look at each feature, through transforms too. */
const termsByFeature = (plan: Plan): readonly (readonly string[])[] => {
  const names = plan.features.map((): string[] => [])
  for (const { name, feature } of plan.terms) for (const at of madeOf(plan, feature)) names[at]?.push(name)
  return names
}

const tapOf = (plan: Plan, at: number): readonly number[] => {
  const feature = plan.features[at]
  return feature?._tag === 'Layer' ? [feature.tap] : []
}
