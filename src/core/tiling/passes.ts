/**
 * The passes over the tiles of pictures: the first sums the totals; the second computes the gradient from the derivative of the value in each total.
 *
 * Both compute the features of a tile of the prediction and, where positions are compared, of the same tile of the references.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../tensors/addAll.js'
import { differentiableOnce } from '../tensors/differentiable.js'
import type { AnyExtractor } from '../language/extractor.js'
import { isolatedGradients, withoutTape } from '../tensors/engine.js'
import { sideOf, type Plan } from '../plan/plan.js'
import { withSecondDerivatives } from '../tensors/secondDerivatives.js'
import type { Cut } from './cutter.js'
import { statisticsOf, type Statistics } from './statistics.js'
import { sumOverTiles, tileOf, gradientCanvas, type Tile } from './tiles.js'
import type { Total, TilingPlan } from './totals.js'
import { completion, finisher, type Finisher } from './whole.js'
import { featureComputer, type FeatureTable, type FeatureOptions } from '../evaluate/features.js'
import type { References } from '../evaluate/references.js'

/** The progress of a pass over the tiles. */
export interface TileProgress {
  /** 'reference': the totals of a reference; 'value': the totals of the prediction; 'gradient': the gradient. */
  readonly pass: 'reference' | 'value' | 'gradient'
  readonly done: number
  readonly total: number
}

/** Called with the progress of a pass. */
export type Report = (progress: TileProgress) => void

/** The references of a comparison, and their features without positions. */
export type TileReferences = Pick<References, 'images' | 'features'> & { readonly mark: Tensor1D }

/** The passes over pictures of one side of the comparison. */
export interface PredictionPasses {
  readonly totals: readonly Total[]
  /** The value of each term, [terms, batch], unweighted; differentiable in the images. */
  readonly values: (references: TileReferences, images: Tensor4D, cut: Cut, report: Report) => Tensor
}

/** The pass over a reference. */
export interface ReferencePass {
  readonly totals: readonly Total[]
  /** Its features without positions, whose size does not depend on the picture. */
  readonly features: (images: Tensor4D, cut: Cut, report: Report) => FeatureTable
}

/** The totals that become features of a side. */
const becoming = (totals: TilingPlan, computed: readonly number[]): readonly Total[] =>
  totals.all.filter(({ becomes }) => 'feature' in becomes && computed.includes(becomes.feature))

/** The pass over each reference, in the plan's order. */
export const referencePasses = (plan: Plan, totals: TilingPlan, extractor: AnyExtractor | undefined, options: FeatureOptions): readonly ReferencePass[] =>
  plan.references.map((side) => {
    const own = becoming(totals, side.computed)
    const look = tileFeatures(plan, own, extractor, options)
    const statistics = statisticsOf(own)
    const complete = completion(plan, side, totals)
    return {
      totals: own,
      features: (images, cut, report) => {
        if (own.length === 0) return []
        return withoutTape(() =>
          complete(
            own,
            sumOverTiles(reportEach(cut.tiles, 'reference', report), (tile) => statistics(look(tileOf(images, tile)), [], tile, cut)),
          ),
        )
      },
    }
  })

/** The passes over the prediction. */
export const predictionPasses = (plan: Plan, totals: TilingPlan, extractor: AnyExtractor | undefined, options: FeatureOptions): PredictionPasses => {
  const own = [...becoming(totals, plan.prediction.computed), ...totals.all.filter(({ becomes }) => 'term' in becomes)]
  const pass: Pass = {
    ofPrediction: tileFeatures(plan, own, extractor, options),
    ofReferences: tileReferenceFeatures(plan, own, extractor, options),
    statistics: statisticsOf(own),
    finish: finisher(plan, own, completion(plan, plan.prediction, totals)),
  }
  return {
    totals: own,
    values: (references, images, cut, report) =>
      withSecondDerivatives(
        () => plan.terms.map(({ name }) => name),
        () => valuesByTiles(pass, references, images, cut, report),
      ),
  }
}

const valuesByTiles = (pass: Pass, { images: references, features, mark }: TileReferences, images: Tensor4D, cut: Cut, report: Report): Tensor =>
  differentiableOnce(
    images,
    (x, save) => {
      const [batch] = images.shape
      const sums = sumOverTiles(reportEach(cut.tiles, 'value', report), (tile) =>
        pass.statistics(pass.ofPrediction(tileOf(x as Tensor4D, tile)), pass.ofReferences(references, tile), tile, cut),
      ).map((sum) => sum ?? tf.zeros([batch]))
      save([x, mark, ...references, ...sums, ...present(features)])
      return {
        value: pass.finish(sums, features, batch),
        gradient: (dy, saved) => {
          const [first = x, marked = mark, ...rest] = saved
          const kept = {
            mark: marked as Tensor1D,
            images: rest.slice(0, references.length) as Tensor4D[],
            features: refilled(features, rest.slice(references.length + sums.length)),
          }
          const slopes = tf.tidy(() => slopesOf(pass.finish, rest.slice(references.length).slice(0, sums.length), kept.features, batch, dy))
          return gradient(pass, first as Tensor4D, kept, slopes, cut, report)
        },
      }
    },
    'the loss was compiled with `memory`, whose tiles have first derivatives only',
  )

/** The parts of the passes over the prediction. */
interface Pass {
  readonly ofPrediction: (part: Tensor4D) => FeatureTable
  readonly ofReferences: (references: readonly Tensor4D[], tile: Tile) => readonly FeatureTable[]
  readonly statistics: Statistics
  readonly finish: Finisher
}

/** The derivative of the sum of the values, each times its `dy`, in each total. */
const slopesOf = (finish: Finisher, sums: readonly Tensor[], wholes: readonly FeatureTable[], batch: number, dy: Tensor): Tensor[] => [
  ...isolatedGradients((...xs) => tf.sum<Scalar>(tf.mul(finish(xs, wholes, batch), dy)), sums),
]

const gradient = (
  pass: Pass,
  images: Tensor4D,
  { images: references, mark }: TileReferences,
  slopes: readonly Tensor[],
  cut: Cut,
  report: Report,
): Tensor4D => {
  const paste = gradientCanvas(images.shape, mark.dataSync<'float32'>())
  for (const tile of reportEach(cut.tiles, 'gradient', report)) {
    const part = tf.tidy(() => {
      const compared = pass.ofReferences(references, tile)
      const value = (pixels: Tensor): Scalar => dot(pass.statistics(pass.ofPrediction(pixels as Tensor4D), compared, tile, cut), slopes)
      return addAll([...isolatedGradients(value, [tileOf(images, tile)])])
    })
    paste.add(part.dataSync<'float32'>(), tile)
    part.dispose()
  }
  return paste.finished()
}

const dot = (statistics: readonly (Tensor | undefined)[], slopes: readonly Tensor[]): Scalar =>
  addAll(statistics.flatMap((one, i) => (one === undefined || slopes[i] === undefined ? [] : [tf.sum<Scalar>(tf.mul(one, slopes[i]))])))

/** How to compute the features of a tile that these totals are made of. */
const tileFeatures = (
  plan: Plan,
  totals: readonly Total[],
  extractor: AnyExtractor | undefined,
  options: FeatureOptions,
): ((part: Tensor4D) => FeatureTable) => {
  const look = featureComputer(plan, sideOf(plan.features, [...new Set(totals.map(({ feature }) => feature))]), extractor, options)
  return (part) => look(part, [])
}

/** How to compute the features of a tile of each reference that are compared by position. */
const tileReferenceFeatures = (plan: Plan, totals: readonly Total[], extractor: AnyExtractor | undefined, options: FeatureOptions): Pass['ofReferences'] => {
  const looks = plan.references.map((_, at) => {
    const compared = totals.filter(({ reference }) => reference === at)
    return compared.length === 0 ? undefined : tileFeatures(plan, compared, extractor, options)
  })
  return (references, tile) => looks.map((look, i) => (look === undefined || references[i] === undefined ? [] : look(tileOf(references[i], tile))))
}

/** The tiles one by one; `report` is told when each is done. */
function* reportEach(tiles: readonly Tile[], pass: TileProgress['pass'], report: Report): Generator<Tile> {
  for (const [i, tile] of tiles.entries()) {
    yield tile
    report({ pass, done: i + 1, total: tiles.length })
  }
}

const present = (tables: readonly FeatureTable[]): readonly Tensor[] => tables.flatMap((seen) => seen.filter((feature) => feature !== undefined))

/** Tables like these, of other tensors. */
const refilled = (tables: readonly FeatureTable[], tensors: readonly Tensor[]): readonly FeatureTable[] => {
  const next = tensors.values()
  return tables.map((seen) => seen.map((feature) => (feature === undefined ? undefined : next.next().value)))
}
