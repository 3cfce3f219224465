/**
 * Cuts pictures of a size for a plan: the windows of its totals along both sides, and the grid that fits a budget.
 */
import type { AnyExtractor } from '../language/extractor.js'
import type { Plan, Side } from '../plan/plan.js'
import { sideShapes } from '../plan/shapes.js'
import { gridFor, smallestTile, strips, type Along, type AlongBoth, type Grid, type Strip } from './tileGrid.js'
import { tilesOf, type Tile } from './tiles.js'
import type { Total } from './totals.js'
import type { Shape } from '../errors/shape.js'
import { getOrThrow } from '../errors/lossException.js'

/** A picture's tiles, and the number of windows of each total in the whole, along height and width. */
export interface Cut {
  readonly tiles: readonly Tile[]
  readonly windows: readonly (readonly [height: number, width: number])[]
}

/** Cuts pictures of any size for the totals of one side of the comparison. */
export interface Cutter {
  /** One piece without the outermost windows, if there are others: it takes the memory of a tile in the middle. */
  readonly middle: (images: Shape) => Cut
  /** In tiles of at most this many pixels; undefined if no tile is that small. */
  readonly within: (images: Shape, largest: number) => Cut | undefined
  /** The smallest possible size of the largest tile, in pixels. */
  readonly smallest: (images: Shape) => number
}

/**
 * The number of neighbours that a fast convolution (Winograd's) may round together: a tile that starts at a multiple of it rounds like the whole picture, and no ReLU or
 * pooling falls on the other side of its kink. If only smaller tiles fit, they start at any stride.
 */
const ROUNDED_TOGETHER = 4

/** The cutter for totals of a side. */
export const cutter = (plan: Plan, extractor: AnyExtractor | undefined, side: Side, name: string, totals: readonly Total[]): Cutter => {
  const alignment = totals.reduce((multiple, { receptiveField }) => leastCommonMultiple(multiple, receptiveField.stride), 1)
  const along = (images: Shape): AlongBoth => {
    const shapes = getOrThrow(sideShapes(plan, extractor, side, name, images))
    const axis = (at: 1 | 2): readonly Along[] =>
      totals.map(({ receptiveField, window, feature }) => {
        const size = window[at - 1] ?? 1
        return { receptiveField, window: size, windows: Math.max(0, (shapes[feature]?.[at] ?? 0) - size + 1) }
      })
    return [axis(1), axis(2)]
  }
  const cut = ([high, wide]: AlongBoth, grid: Parameters<typeof tilesOf>[0]): Cut => ({
    tiles: tilesOf(grid),
    windows: high.map(({ windows }, i) => [windows, wide[i]?.windows ?? 0]),
  })
  return {
    middle: (images) => {
      const both = along(images)
      const [height, width] = sides(images)
      const piece = (side: number, totalsAlong: readonly Along[]) => strips(side, side, side, totalsAlong).map(inner)
      return cut(both, { rows: piece(height, both[0]), columns: piece(width, both[1]) })
    },
    within: (images, largest) => {
      const both = along(images)
      const by = (multiple: number): Grid | undefined => gridFor(sides(images), multiple * alignment, both, largest)
      const grid = by(ROUNDED_TOGETHER) ?? by(1)
      return grid === undefined ? undefined : cut(both, grid)
    },
    smallest: (images) => smallestTile(sides(images), alignment, along(images)),
  }
}

const inner = (strip: Strip): Strip => ({ ...strip, owned: strip.owned.map(([start, end]) => (end - start > 1 ? [start + 1, end] : [start, end])) })

const sides = ([, height = 1, width = 1]: Shape): readonly [number, number] => [height, width]

const leastCommonMultiple = (a: number, b: number): number => (a * b) / greatestCommonDivisor(a, b)
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
