/**
 * The statistics of one tile, weighted by their share of the whole.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { repeatForBatch } from '../evaluate/termValue.js'
import type { Cut } from './cutter.js'
import { owned, share, type Tile } from './tiles.js'
import type { Total } from './totals.js'
import type { FeatureTable } from '../evaluate/features.js'

/** The statistics of a tile, from its features and, for those that compare, those of the same tile of each reference; undefined if it owns no window. */
export type Statistics = (features: FeatureTable, references: readonly FeatureTable[], tile: Tile, cut: Cut) => readonly (Tensor | undefined)[]

/** How to compute these totals' statistics. */
export const statisticsOf =
  (totals: readonly Total[]): Statistics =>
  (features, references, tile, { windows }) =>
    totals.map((total, i) => {
      const piece = owned(total, i, tile)
      const mine = features[total.feature]
      if (piece === undefined || mine === undefined) return undefined
      const other = total.reference === undefined ? undefined : references[total.reference]?.[total.feature]
      const value = other === undefined ? total.apply(piece(mine)) : total.apply(repeatForBatch(piece(other), mine.shape[0]), piece(mine))
      const counts = share(total, i, tile, windows[i] ?? [1, 1])
      return counts === 1 ? value : tf.mul(value, counts)
    })
