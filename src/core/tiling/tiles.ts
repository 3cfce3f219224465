/**
 * The tiles of one picture: their parts of it, the windows of each total that they own, and how their statistics combine.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { Span } from '../language/box.js'
import type { Grid } from './tileGrid.js'
import type { Total } from './totals.js'

/** One tile: its pixels, and the windows that it owns of each total. */
export interface Tile {
  readonly rows: Span
  readonly columns: Span
  readonly ownPositions: readonly (readonly [rows: Span, columns: Span])[]
}

/** The tiles of a grid that own something, row by row. */
export const tilesOf = ({ rows, columns }: Grid): readonly Tile[] =>
  rows
    .flatMap((row) =>
      columns.map((column): Tile => ({
        rows: row.pixels,
        columns: column.pixels,
        ownPositions: row.owned.map((span, i) => [span, column.owned[i] ?? NOTHING]),
      })),
    )
    .filter(({ ownPositions: all }) => all.some(([high, wide]) => length(high) > 0 && length(wide) > 0))

const NOTHING: Span = [0, 0]

const length = ([start, end]: Span): number => end - start

/** A tile's part of pictures of the full size. */
export const tileOf = (images: Tensor4D, { rows, columns }: Tile): Tensor4D =>
  tf.slice(images, [0, rows[0], columns[0], 0], [-1, length(rows), length(columns), -1])

/** The positions of a tile's feature in the owned windows of a total; undefined if it owns none. */
export const owned = (total: Total, i: number, tile: Tile): ((feature: Tensor) => Tensor) | undefined => {
  const [rows, columns] = tile.ownPositions[i] ?? [NOTHING, NOTHING]
  if (length(rows) <= 0 || length(columns) <= 0) return undefined
  const { receptiveField, window } = total
  const first = ([start]: Span, pixels: Span): number => start - pixels[0] / receptiveField.stride
  const begin = [0, first(rows, tile.rows), first(columns, tile.columns), 0]
  const size = [length(rows) + window[0] - 1, length(columns) + window[1] - 1]
  return (feature) => {
    const [, height, width] = feature.shape
    return height === size[0] && width === size[1] ? feature : tf.slice(feature, begin, [-1, ...size, -1])
  }
}

/** The share of a tile's statistic in the whole. */
export const share = ({ adds }: Total, i: number, { ownPositions: windows }: Tile, [height, width]: readonly [number, number]): number => {
  const [rows, columns] = windows[i] ?? [NOTHING, NOTHING]
  return adds === 'sum' ? 1 : (length(rows) * length(columns)) / (height * width)
}

/** Adds up statistics over tiles; undefined for one that no tile has. Frees all but the sums. */
export const sumOverTiles = <T>(tiles: Iterable<T>, statistics: (tile: T) => readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] => {
  let sums: readonly (Tensor | undefined)[] = []
  for (const tile of tiles) {
    const before = sums
    sums = tf.tidy(
      () => statistics(tile).map((one, i) => (one === undefined || before[i] === undefined ? (one ?? before[i]) : tf.add(before[i], one))) as Tensor[],
    )
    tf.dispose(before.filter((sum, i): sum is Tensor => sum !== undefined && sum !== sums[i]))
  }
  return sums
}

/**
 * Combines the gradients of tiles, adding them where they overlap; in plain arrays, because tensors cannot be written in place. Each sample starts as its number in `from`,
 * or as the only one.
 */
export const gradientCanvas = ([batch, height, width, channels]: Tensor4D['shape'], from: Float32Array) => {
  const size = height * width * channels
  const whole = new Float32Array(batch * size)
  for (let sample = 0; sample < batch; sample++) whole.fill(from[sample % from.length] ?? 0, sample * size, (sample + 1) * size)
  return {
    add: (values: Float32Array, { rows, columns }: Tile): void => {
      const line = length(columns) * channels
      for (let sample = 0, from = 0; sample < batch; sample++)
        for (let row = rows[0]; row < rows[1]; row++, from += line) {
          const to = ((sample * height + row) * width + columns[0]) * channels
          for (let i = 0; i < line; i++) whole[to + i] = (whole[to + i] ?? 0) + (values[from + i] ?? 0)
        }
    },
    finished: (): Tensor4D => tf.tensor4d(whole, [batch, height, width, channels]),
  }
}
