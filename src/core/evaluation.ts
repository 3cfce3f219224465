/**
 * The two ways to evaluate a plan: pictures in one piece, or by tiles within a budget of memory.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { onBackend } from './backend.js'
import type { CompileOptions } from './compile.js'
import { LossException, type Shape } from './error.js'
import { termRunner, viewer, type Seen } from './evaluate.js'
import type { AnyExtractor } from './extractor.js'
import { faultFinder } from './faults.js'
import type { Evaluated } from './forms.js'
import { heatmapper } from './heatmap.js'
import type { Plan } from './plan.js'
import { referenceViewer } from './references.js'
import { bytesOf } from './tiling/memory.js'
import { tiledBy, type Tiling } from './tiling/tiled.js'
import type { Totals } from './tiling/totals.js'

/** What stays the same while the references do: themselves, the masks, and what was seen of them. */
export interface Kept {
  readonly references: readonly Tensor4D[]
  readonly masks: readonly Tensor4D[]
  readonly started: readonly Seen[]
}

/** An evaluation of a plan. */
export interface Evaluation {
  /** What is seen of the references once, while they stay. */
  readonly start: (references: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly Seen[]
  readonly evaluate: (kept: Kept, images: Tensor4D) => Evaluated
  readonly heat: (kept: Kept, images: Tensor4D) => Tensor4D
  /** What tiles cost for a prediction of this shape; undefined where there are none. */
  readonly tiling: (images: Shape) => Tiling | undefined
}

type Evaluator = (plan: Plan, extractor: AnyExtractor | undefined, options: CompileOptions) => Evaluation

const inputOf = ({ preprocess }: CompileOptions) => (preprocess === 'none' ? 'network' : 'unit')

/** Pictures in one piece. */
export const inOnePiece: Evaluator = (plan, extractor, options) => {
  const { range = [0, 1], checked = false } = options
  const faults = checked ? faultFinder(plan, extractor, inputOf(options)) : undefined
  const viewing = { range, input: inputOf(options), ...(faults === undefined ? {} : { watch: faults.watch }) } as const
  const look = (faults?.ofLook ?? same)(viewer(plan, plan.prediction, extractor, viewing))
  const references = referenceViewer(plan, extractor, viewing)
  const runs = plan.terms.map((term) => (faults?.ofTerm(term) ?? same)(termRunner(plan, term)))
  const heat = heatmapper(plan, look, runs)
  return {
    start: (images, masks) => onBackend(() => references.start(images, masks)),
    evaluate: ({ started, masks }, images) =>
      onBackend(() => {
        const prediction = look(images, masks)
        const seen = references.finish(started, masks)
        return { images, values: runs.map((run) => run(seen, prediction, images.shape[0])) }
      }),
    heat: ({ started, masks, references: compared }, images) =>
      onBackend(() => heat({ seen: references.finish(started, masks), references: compared, masks }, images)),
    tiling: () => undefined,
  }
}

/** Pictures by tiles, from what of the plan adds up. */
export const byTiles =
  (totals: Totals): Evaluator =>
  (plan, extractor, options) => {
    const { range = [0, 1], memory, progress = () => undefined } = options
    const tiled = tiledBy(plan, totals, extractor, { range, input: inputOf(options) }, { bytes: bytesOf(memory) ?? 0, report: progress })
    return {
      start: (images) => onBackend(() => tiled.start(images)),
      evaluate: ({ references, started }, images) => onBackend(() => ({ images, values: tiled.values({ references, wholes: started }, images) })),
      heat: () => {
        throw new LossException({ _tag: 'NoTiledHeat' })
      },
      tiling: (images) => onBackend(() => tiled.cost(images)),
    }
  }

const same = <A>(value: A): A => value
