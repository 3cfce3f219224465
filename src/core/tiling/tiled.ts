/**
 * Evaluates a plan tile by tile: values and gradients of pictures of any size in the memory of one tile.
 *
 * Laws: the values and the gradient are those of the untiled loss but for rounding; no call leaves a tensor behind; work takes no more than the budget besides the pictures
 * and a gradient as large as one.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { isRight } from '../errors/either.js'
import { LossException } from '../errors/error.js'
import type { AnyExtractor } from '../language/extractor.js'
import { isolatedGradients, peakBytes } from '../tensors/engine.js'
import type { Plan } from '../plan/plan.js'
import { sideShapes } from '../plan/shapes.js'
import { cutter, type Cut, type Cutter } from './cut.js'
import { bytesText } from './budget.js'
import { predictionPasses, referencePasses, type ConstantFeatures, type Report } from './passes.js'
import type { TilingPlan } from './totals.js'
import type { Shape } from '../errors/shape.js'
import type { FeatureTable, FeatureOptions } from '../evaluate/features.js'

/** How much memory there is, and who is told how far work has come. */
export interface Budget {
  readonly bytes: number
  readonly report: Report
}

/** What tiling costs for pictures of a shape. */
export interface Tiling {
  readonly tiles: number
  /** Height and width of the largest tile, what it overlaps its neighbours by included. */
  readonly largest: readonly [height: number, width: number]
  /** Pixels looked at over pixels there are, less 1: 0.2 where a fifth is looked at twice. */
  readonly overlap: number
  /** The most bytes that a step (value and gradient) should take besides the pictures and the gradient. */
  readonly peak: number
  /** The bytes that it may take. */
  readonly memory: number
}

/** An evaluation by tiles. */
export interface Tiled {
  /** What the references have without positions, a table each: bounded, whatever their size. */
  readonly start: (references: readonly Tensor4D[]) => readonly FeatureTable[]
  /** The value of each term, [batch], unweighted; differentiable in the images. */
  readonly values: (beside: ConstantFeatures, images: Tensor4D) => readonly Tensor1D[]
  /** What it costs for a prediction of this shape; throws where its tiles do not fit. */
  readonly cost: (images: Shape) => Tiling
}

/** The evaluation of a plan by tiles within a budget. */
export const tiledBy = (plan: Plan, totals: TilingPlan, extractor: AnyExtractor | undefined, viewing: FeatureOptions, { bytes, report }: Budget): Tiled => {
  const prediction = predictionPasses(plan, totals, extractor, viewing)
  const references = referencePasses(plan, totals, extractor, viewing)
  const cutPrediction = cutter(plan, extractor, plan.prediction, 'prediction', prediction.totals)
  const cutReferences = plan.references.map((side, i) => cutter(plan, extractor, side, side.name, references[i]?.totals ?? []))

  const stepOn = (images: Tensor4D): void => {
    const beside = {
      mark: tf.zeros<tf.Rank.R1>([1]),
      references: plan.references.map(() => images),
      wholes: references.map(({ wholes }, i) => wholes(images, (cutReferences[i] ?? cutPrediction).middle(images.shape), quietly)),
    }
    isolatedGradients((x) => tf.sum(prediction.values(beside, x as Tensor4D, cutPrediction.middle(images.shape), quietly)), [images])
  }
  const bytesFor = whenAsked(() => bytesModel(stepOn, smallestSide(plan, extractor)))
  const cutWithin = (name: string, { within, smallest }: Cutter) =>
    remembering((images: Shape): Cut => {
      const cut = within(images, bytesFor().pixels(bytes, images[0] ?? 1))
      if (cut !== undefined) return cut
      const needed = bytesFor().bytes(smallest(images), images[0] ?? 1)
      throw new LossException({ _tag: 'MemoryTooSmall', name, size: images.slice(1), memory: bytesText(bytes), needed: bytesText(needed) })
    })
  const predictionCut = cutWithin('prediction', cutPrediction)
  const referenceCuts = plan.references.map(({ name }, i) => cutWithin(name, cutReferences[i] ?? cutPrediction))

  return {
    start: (images) =>
      references.map(({ totals: own, wholes }, i) => {
        const one = images[i]
        return own.length === 0 || one === undefined ? [] : wholes(one, (referenceCuts[i] ?? predictionCut)(one.shape), report)
      }),
    values: (beside, images) => {
      if (plan.terms.length === 0) return []
      const [batch] = images.shape
      const all = prediction.values(beside, images, predictionCut(images.shape), report)
      return plan.terms.map((_, i) => tf.reshape<tf.Rank.R1>(tf.slice(all, [i, 0], [1, batch]), [batch]))
    },
    cost: (images) => costOf(predictionCut(images), images, bytes, bytesFor().bytes),
  }
}

const quietly: Report = () => undefined

const costOf = ({ tiles }: Cut, [batch = 1, height = 1, width = 1]: Shape, memory: number, bytesFor: (pixels: number, batch: number) => number): Tiling => {
  const sides = tiles.map(({ rows, columns }): readonly [number, number] => [rows[1] - rows[0], columns[1] - columns[0]])
  const area = ([high, wide]: readonly [number, number]): number => high * wide
  const largest = sides.reduce<readonly [number, number]>((most, one) => (area(one) > area(most) ? one : most), [0, 0])
  const overlap = sides.reduce((sum, one) => sum + area(one), 0) / (height * width) - 1
  return { tiles: tiles.length, largest, overlap: Math.max(0, overlap), peak: bytesFor(area(largest), batch), memory }
}

/** The side of the smaller of two small pictures that the plan takes: 64, or the first power of two after it. */
const smallestSide = (plan: Plan, extractor: AnyExtractor | undefined): number => {
  const takes = (side: number): boolean => {
    const shapes = sideShapes(plan, extractor, plan.prediction, 'prediction', [1, side, side, 3])
    return (
      isRight(shapes) &&
      plan.terms.every(({ by, feature }) => (by._tag === 'Compare' ? by.metric : by.regularizer).accepts(shapes.right[feature] ?? []) === undefined)
    )
  }
  let side = 64
  while (side < 4096 && !takes(side)) side *= 2
  return side
}

/** Bytes for a tile of so many pixels, and the reverse, for a batch. */
interface BytesModel {
  readonly bytes: (pixels: number, batch: number) => number
  readonly pixels: (bytes: number, batch: number) => number
}

/** A step takes bytes in proportion to its pixels, but for a part that does not grow: two small pictures tell both. */
const bytesModel = (step: (images: Tensor4D) => void, side: number): BytesModel => {
  const measured = (length: number): number => {
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
  const larger = (3 * side) / 2
  // The first step puts weights onto the backend that stay there.
  measured(side)
  const [small, large] = [measured(side), measured(larger)]
  const slope = (large - small) / (larger ** 2 - side ** 2)
  const fixed = Math.max(0, small - slope * side ** 2)
  return {
    bytes: (pixels, batch) => Math.ceil(batch * (fixed + slope * pixels)),
    pixels: (bytes, batch) => Math.floor((bytes / batch - fixed) / slope),
  }
}

const whenAsked = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

/** The last result again, while the shape stays. */
const remembering = <A>(f: (shape: Shape) => A): ((shape: Shape) => A) => {
  let [last, result]: [string, A | undefined] = ['', undefined]
  return (shape) => {
    if (last !== shape.join() || result === undefined) [last, result] = [shape.join(), f(shape)]
    return result
  }
}
