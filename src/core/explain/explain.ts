/**
 * Explains a loss for a picture size: which layers run, what is shared, and what it costs.
 *
 * Law: `flops.prepared` is the sum over layers, features and terms; the references add their own.
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
import {
  comparedBy,
  featureNames,
  planLoss,
  sourceOf,
  tapOf,
  viewsOf,
  type Plan,
  type PlannedFeature,
  type PlannedTerm,
  type Side,
  type View,
} from '../plan/plan.js'
import { sideShapes, type FeatureShapes } from '../plan/shapes.js'
import { smallestSide } from '../plan/smallestSide.js'
import type { Tiling } from '../tiling/tiledEvaluation.js'
import { type Shape, elements } from '../errors/shape.js'
import { aLoss } from '../language/lossGuards.js'
import { isPlainRecord, optionsProblem } from '../arguments/checkOptions.js'
import { getOrThrow } from '../errors/lossException.js'

/** Options of `explain`. */
export interface ExplainOptions {
  /** [batch, height, width, 3] of the prediction and of each reference. */
  readonly shape: readonly [batch: number, height: number, width: number, channels: 3]
  /** As for `compile`: also explain the cost of tiles within this memory. */
  readonly memory?: number | string
}

/** One feature, computed once for all terms that use it. */
export interface ExplainedFeature {
  readonly feature: string
  readonly shape: Shape
  readonly bytes: number
  /** The operations of the transform; 0 for pixels and layers, which are counted with the layers. */
  readonly flops: number
  /** The names of the terms that use it, directly or through transforms. */
  readonly terms: readonly string[]
}

/** One term. */
export interface ExplainedTerm {
  readonly name: string
  readonly weight: number
  readonly feature: string
  /** The operations of the metric or regularizer. */
  readonly flops: number
  /** The cost of the prediction's side for this term alone: layers, transforms and the term. */
  readonly alone: number
  /** Bytes of its feature. */
  readonly bytes: number
}

/** Floating point operations; a multiply-add counts as two. */
export interface ExplainedFlops {
  /** Forward, with prepared references: only the prediction's side. */
  readonly prepared: number
  /** Forward, including the references' side. */
  readonly fresh: number
}

/** The explanation of a loss. */
export interface Explanation {
  readonly shape: Shape
  readonly extractor: string | undefined
  /** The layers that run for the prediction, in order, one list for all variants. */
  readonly layers: readonly LayerCost[]
  /** The layers that do not run. */
  readonly cutOff: readonly string[]
  /** The layers that terms look at, with their variants and, where it is not the pixels, what they are of. */
  readonly taps: readonly string[]
  readonly features: readonly ExplainedFeature[]
  readonly terms: readonly ExplainedTerm[]
  readonly flops: ExplainedFlops
  /** The peak of a step, value and gradient, on the backend in use. */
  readonly memory: PeakMemory
  /** The cost of tiles; undefined without `memory`. */
  readonly tiling: Tiling | undefined
}

/**
 * Explains the cost of a loss; a Left as for `tryCompile`, or for pictures that are too small.
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
 * Explains the cost of a loss for a picture size: layers that run and layers cut off, shared features, floating point operations and bytes per layer and term, with prepared
 * or fresh references.
 *
 * The peak of memory is measured by running the loss on small pictures (a fraction of a second) on the backend in use. The gradient of a frozen network takes as many
 * operations as the prediction's forward pass.
 *
 * @throws LossException where `tryExplain` returns a Left.
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
  const names = featureNames(plan)
  const costOf = ({ of, layers }: View): readonly LayerCost[] => {
    const taps = layers.flatMap((at) => tapOf(plan, at) ?? [])
    return extractor?.cost(of === undefined ? shape : (shapes[of] ?? shape), taps).layers ?? []
  }
  const named = ({ of }: View, cost: LayerCost): LayerCost => (of === undefined ? cost : { ...cost, layer: `${cost.layer} of ${names[of] ?? ''}` })
  const transformFlops = (at: number): number => {
    const feature = plan.features[at]
    return feature?._tag === 'Transformed' ? feature.by.flops(shapes[feature.of] ?? []) : 0
  }
  const termFlops = (term: PlannedTerm): number => {
    const by = term.by._tag === 'Compare' ? term.by.metric : term.by.regularizer
    return comparedBy(term).reduce((sum, at) => sum + by.flops(shapes[at] ?? []), 0)
  }
  const sideFlops = (side: Side): number => total(side.views.flatMap(costOf)) + side.computed.reduce((sum, at) => sum + transformFlops(at), 0)

  const terms = plan.terms.map((term): ExplainedTerm => {
    const [compared, parts] = [comparedBy(term), madeOfAll(plan, comparedBy(term))]
    const flops = termFlops(term)
    return {
      name: term.name,
      weight: term.weight,
      feature: compared.map((at) => names[at] ?? '').join(', '),
      flops,
      alone: flops + total(viewsOf(plan.features, parts).flatMap(costOf)) + parts.reduce((sum, at) => sum + transformFlops(at), 0),
      bytes: compared.reduce((sum, at) => sum + 4 * elements(shapes[at] ?? []), 0),
    }
  })
  const prepared = sideFlops(plan.prediction) + total(terms)
  const { views } = plan.prediction
  const run = new Set(views.flatMap(costOf).map(({ layer }) => layer))
  const through = termsByFeature(plan)
  return {
    shape,
    extractor: extractor?.name,
    layers: views.flatMap((view) => costOf(view).map((cost) => named(view, cost))),
    cutOff: (extractor?.layers ?? []).filter((name) => !run.has(name)),
    taps: names.filter((_, at) => plan.features[at]?._tag === 'Layer'),
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

/** A feature and all its inputs. */
const madeOf = ({ features }: Plan, at: number): readonly number[] => {
  const parts: number[] = []
  for (let next: number | undefined = at; next !== undefined;) {
    parts.unshift(next)
    const feature: PlannedFeature | undefined = features[next]
    next = feature === undefined ? undefined : sourceOf(feature)
  }
  return parts
}

/** Features and all their inputs, each once. */
const madeOfAll = (plan: Plan, compared: readonly number[]): readonly number[] => [...new Set(compared.flatMap((at) => madeOf(plan, at)))]

/** The names of the terms that use each feature, directly or through transforms. */
const termsByFeature = (plan: Plan): readonly (readonly string[])[] => {
  const names = plan.features.map((): string[] => [])
  for (const term of plan.terms) for (const at of madeOfAll(plan, comparedBy(term))) names[at]?.push(term.name)
  return names
}
