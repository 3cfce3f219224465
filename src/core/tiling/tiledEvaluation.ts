/**
 * Evaluates a plan tile by tile: values and gradients of pictures of any size in the memory of one tile.
 *
 * Laws: values and gradient equal those of the whole image up to rounding; no call leaves a tensor behind; work stays within the budget, in addition to the pictures and a gradient
 * of their size.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../errors/shape.js'
import { type Evaluation } from '../evaluate/evaluation.js'
import type { FeatureOptions } from '../evaluate/features.js'
import { addMarks, nanMarker } from '../evaluate/propagateNaN.js'
import type { AnyExtractor } from '../language/extractor.js'
import type { Plan } from '../plan/plan.js'
import { smallestSide } from '../plan/smallestSide.js'
import { onBackend } from '../tensors/backend.js'
import { isolatedGradients, peakBytes, withoutTape } from '../tensors/engine.js'
import { bytesText } from './byteSize.js'
import { linearMemory } from './memoryModel.js'
import { cutter, type Cut, type Cutter } from './cutter.js'
import { predictionPasses, referencePasses, type Report } from './passes.js'
import type { TilingPlan } from './totals.js'
import { referencesFrom } from '../evaluate/references.js'
import { LossException } from '../errors/lossException.js'

/** The memory budget in bytes, and the progress callback. */
export interface Budget {
  readonly bytes: number
  readonly report: Report
}

/** The cost of tiles for pictures of a shape. */
export interface Tiling {
  readonly tiles: number
  /** Height and width of the largest tile, including its overlap with neighbours. */
  readonly largest: readonly [height: number, width: number]
  /** The fraction of pixels computed more than once: all tiles' pixels over the picture's, minus 1. */
  readonly overlap: number
  /** The expected peak of a step (value and gradient) in bytes, besides the pictures and the gradient. */
  readonly peak: number
  /** The memory budget in bytes. */
  readonly memory: number
}

/** An evaluation by tiles. */
export interface TiledEvaluation extends Evaluation {
  /** The cost of tiles for a prediction of this shape; throws if its tiles do not fit. */
  readonly tiling: (images: Shape) => Tiling
}

/** How many numbers of a tiled picture are copied at a time for its mark: 1 MiB. */
const BAND = 2 ** 18

/** The evaluation of a plan by tiles within a budget. */
export const tiledEvaluation = (
  plan: Plan,
  totals: TilingPlan,
  extractor: AnyExtractor | undefined,
  options: FeatureOptions,
  { bytes, report }: Budget,
): TiledEvaluation => {
  const prediction = predictionPasses(plan, totals, extractor, options)
  const references = referencePasses(plan, totals, extractor, options)
  const cutPrediction = cutter(plan, extractor, plan.prediction, 'prediction', prediction.totals)
  const cutReferences = plan.references.map((side, i) => cutter(plan, extractor, side, side.name, references[i]?.totals ?? []))

  const stepOn = (images: Tensor4D): void => {
    const compared = {
      mark: tf.zeros<tf.Rank.R1>([1]),
      images: plan.references.map(() => images),
      features: references.map(({ features }, i) => features(images, (cutReferences[i] ?? cutPrediction).middle(images.shape), noReport)),
    }
    isolatedGradients((x) => tf.sum(prediction.values(compared, x as Tensor4D, cutPrediction.middle(images.shape), noReport)), [images])
  }
  const memory = once(() => memoryOf(stepOn, smallestSide(plan, extractor)))
  const cutWithin = (name: string, { within, smallest }: Cutter) =>
    lastByShape((images: Shape): Cut => {
      const cut = within(images, memory().pixels(bytes, images[0] ?? 1))
      if (cut !== undefined) return cut
      const needed = memory().bytes(smallest(images), images[0] ?? 1)
      throw new LossException({ _tag: 'MemoryTooSmall', name, size: images.slice(1), memory: bytesText(bytes), needed: bytesText(needed) })
    })
  const predictionCut = cutWithin('prediction', cutPrediction)
  const referenceCuts = plan.references.map(({ name }, i) => cutWithin(name, cutReferences[i] ?? cutPrediction))
  const marker = nanMarker(plan, BAND)

  return {
    references: referencesFrom(marker, (images) =>
      references.map(({ totals: own, features }, i) => {
        const image = images[i]
        return own.length === 0 || image === undefined ? [] : features(image, (referenceCuts[i] ?? predictionCut)(image.shape), report)
      }),
    ),
    terms: (compared, images) =>
      onBackend(() => {
        const mark = withoutTape(() => addMarks([marker(images), ...(compared.mark === undefined ? [] : [compared.mark])]))
        if (plan.terms.length === 0) return { images, mark, values: [] }
        const [batch] = images.shape
        const all = prediction.values({ ...compared, mark }, images, predictionCut(images.shape), report)
        return { images, mark, values: plan.terms.map((_, i) => tf.reshape<tf.Rank.R1>(tf.slice(all, [i, 0], [1, batch]), [batch])) }
      }),
    heatmap: () => {
      throw new LossException({ _tag: 'NoTiledHeat' })
    },
    tiling: (images) => onBackend(() => costOf(predictionCut(images), images, bytes, memory().bytes)),
  }
}

const noReport: Report = () => undefined

const costOf = ({ tiles }: Cut, [batch = 1, height = 1, width = 1]: Shape, memory: number, bytesFor: (pixels: number, batch: number) => number): Tiling => {
  const sides = tiles.map(({ rows, columns }): readonly [number, number] => [rows[1] - rows[0], columns[1] - columns[0]])
  const area = ([high, wide]: readonly [number, number]): number => high * wide
  const largest = sides.reduce<readonly [number, number]>((most, one) => (area(one) > area(most) ? one : most), [0, 0])
  const overlap = sides.reduce((sum, one) => sum + area(one), 0) / (height * width) - 1
  return { tiles: tiles.length, largest, overlap: Math.max(0, overlap), peak: bytesFor(area(largest), batch), memory }
}

/** The memory of a step as a function of its pixels, measured on this backend. */
const memoryOf = (step: (images: Tensor4D) => void, side: number) => {
  const measure = (length: number): number => {
    const images = tf.fill<tf.Rank.R4>([1, length, length, 3], 0.5)
    try {
      return peakBytes(() => {
        tf.tidy(() => {
          step(images)
        })
      })
    } finally {
      images.dispose()
    }
  }
  // The first step uploads weights that stay on the backend.
  measure(side)
  return linearMemory(measure, side)
}

const once = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

/** Keeps the last result while the shape stays the same. */
const lastByShape = <A>(f: (shape: Shape) => A): ((shape: Shape) => A) => {
  let [last, result]: [string, A | undefined] = ['', undefined]
  return (shape) => {
    if (last !== shape.join() || result === undefined) [last, result] = [shape.join(), f(shape)]
    return result
  }
}
