/**
 * The two ways to evaluate a plan: pictures in one piece, or by tiles within a budget of memory.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { onBackend } from '../tensors/backend.js'
import { LossException } from '../errors/error.js'
import { termValue } from '../evaluate/termValue.js'
import type { AnyExtractor } from '../language/extractor.js'
import { nonFiniteChecks } from '../evaluate/nonFinite.js'
import type { Evaluated } from './outputs.js'
import { heatmapper } from './heatmap.js'
import { addMarks, nanMarker, markGradient, type NanMarker } from '../evaluate/nanMark.js'
import type { Plan } from '../plan/plan.js'
import { referenceFeatures } from '../evaluate/references.js'
import { bytesOf } from '../tiling/budget.js'
import { tiledBy, type Tiling } from '../tiling/tiled.js'
import type { TilingPlan } from '../tiling/totals.js'
import { withoutTape } from '../tensors/engine.js'
import type { Shape } from '../errors/shape.js'
import { featureComputer, type FeatureTable } from '../evaluate/features.js'
import type { CompileOptions } from './compiledLoss.js'

/** What stays the same while the references do: themselves, the masks, and what was seen of them. */
export interface Kept {
  readonly references: readonly Tensor4D[]
  readonly masks: readonly Tensor4D[]
  /** What `start` gave. */
  readonly started: readonly FeatureTable[]
}

/** An evaluation of a plan. */
export interface Evaluation {
  /** The mark of the references and masks, and then what is seen of the references once, while they stay. */
  readonly start: (references: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly FeatureTable[]
  readonly evaluate: (kept: Kept, images: Tensor4D) => Evaluated
  readonly heat: (kept: Kept, images: Tensor4D) => Tensor4D
  /** What tiles cost for a prediction of this shape; undefined where there are none. */
  readonly tiling: (images: Shape) => Tiling | undefined
}

type Evaluator = (plan: Plan, extractor: AnyExtractor | undefined, options: CompileOptions) => Evaluation

const inputOf = ({ preprocess }: CompileOptions) => (preprocess === 'none' ? 'network' : 'unit')

/** NaN where a sample's prediction, references or masks are not finite. */
const fullMark = (mark: NanMarker, images: Tensor4D, { started }: Kept): Tensor1D => withoutTape(() => addMarks([mark(images), started[0]?.[0] as Tensor1D]))

const startingMark = (mark: NanMarker, images: readonly Tensor4D[]): FeatureTable => [addMarks(images.map(mark))]

/** Pictures in one piece. */
export const inOnePiece: Evaluator = (plan, extractor, options) => {
  const { range = [0, 1], checked = false } = options
  const faults = checked ? nonFiniteChecks(plan, extractor, inputOf(options)) : undefined
  const viewing = { range, input: inputOf(options), ...(faults === undefined ? {} : { watch: faults.watch }) } as const
  const look = (faults?.ofLook ?? same)(featureComputer(plan, plan.prediction, extractor, viewing))
  const references = referenceFeatures(plan, extractor, viewing)
  const runs = plan.terms.map((term) => (faults?.ofTerm(term) ?? same)(termValue(plan, term)))
  const heat = heatmapper(plan, look, runs)
  const mark = nanMarker(plan)
  const seenOf = ({ started, masks }: Kept): readonly FeatureTable[] => references.finish(started.slice(1), masks)
  return {
    start: (images, masks) => onBackend(() => [startingMark(mark, [...images, ...masks]), ...references.start(images, masks)]),
    evaluate: (kept, given) =>
      onBackend(() => {
        const marked = fullMark(mark, given, kept)
        const images = markGradient(given, marked)
        const prediction = look(images, kept.masks)
        const seen = seenOf(kept)
        return { images, mark: marked, values: runs.map((run) => run(seen, prediction, images.shape[0])) }
      }),
    heat: (kept, images) =>
      onBackend(() => {
        const map = heat({ seen: seenOf(kept), references: kept.references, masks: kept.masks }, images)
        return tf.add(map, tf.reshape(fullMark(mark, images, kept), [-1, 1, 1, 1]))
      }),
    tiling: () => undefined,
  }
}

/** How many numbers of a tiled picture are copied at a time for its mark: 1 MiB. */
const BAND = 2 ** 18

/** Pictures by tiles, from what of the plan adds up. */
export const byTiles =
  (totals: TilingPlan): Evaluator =>
  (plan, extractor, options) => {
    const { range = [0, 1], memory, progress = () => undefined } = options
    const tiled = tiledBy(plan, totals, extractor, { range, input: inputOf(options) }, { bytes: bytesOf(memory) ?? 0, report: progress })
    const mark = nanMarker(plan, BAND)
    return {
      start: (images, masks) => onBackend(() => [startingMark(mark, [...images, ...masks]), ...tiled.start(images)]),
      evaluate: (kept, images) =>
        onBackend(() => {
          const marked = fullMark(mark, images, kept)
          return { images, mark: marked, values: tiled.values({ references: kept.references, wholes: kept.started.slice(1), mark: marked }, images) }
        }),
      heat: () => {
        throw new LossException({ _tag: 'NoTiledHeat' })
      },
      tiling: (images) => onBackend(() => tiled.cost(images)),
    }
  }

const same = <A>(value: A): A => value
