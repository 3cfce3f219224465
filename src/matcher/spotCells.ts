/**
 * The cells of a picture's spots, and sums over them: spots overlap, so what is summed over one is mostly summed over its neighbours as well.
 */
import { intersection, type Box, type Span } from '../core/language/box.js'
import type { Displacement } from './spotColours.js'

/** Cells along one axis, between all first and end pixels of spots. */
export interface Cells {
  /** Where cells start, and where the last one ends. */
  readonly cuts: readonly number[]
  /** The cells of each spot. */
  readonly spots: readonly Span[]
}

/** The cells of spots that are this long and start this far from each other, the last one ending with the picture; a frame of pixels belongs to none. */
export const cellsAlong = (length: number, { side, step, frame }: { readonly side: number; readonly step: number; readonly frame: number }): Cells => {
  const long = Math.min(side, length)
  const spots = Array.from({ length: Math.ceil((length - long) / step) + 1 }, (_, i) => {
    const start = Math.min(step * i, length - long)
    return intersection([start, start + long], [frame, length - frame])
  })
  const cuts = [...new Set(spots.flat())].sort((a, b) => a - b)
  return { cuts, spots: spots.map(([start, end]) => [cuts.indexOf(start), cuts.indexOf(end)]) }
}

/** The sum of a displaced spot's cells; Infinity, without all of them, where they reach `most`. */
export type CellSums = (row: number, column: number, displacement: Displacement, most: number) => number

/** Sums that are computed once for each cell and displacement. */
export const cellSums = (down: Cells, across: Cells, sumOf: (cell: Box, displacement: Displacement) => number): CellSums => {
  const known = new Map<number, Float64Array>()
  const width = across.cuts.length
  const sumsOf = (displacement: Displacement): Float64Array => {
    const key = 1000 * displacement[0] + displacement[1]
    let sums = known.get(key)
    if (sums === undefined) known.set(key, (sums = new Float64Array(down.cuts.length * width).fill(NaN)))
    return sums
  }
  const cell = (cuts: readonly number[], at: number): Span => [cuts[at] ?? 0, cuts[at + 1] ?? 0]
  return (row, column, displacement, most) => {
    const sums = sumsOf(displacement)
    const [rows, columns] = [down.spots[row] ?? NO_CELLS, across.spots[column] ?? NO_CELLS]
    let sum = 0
    for (let r = rows[0]; r < rows[1]; r++)
      for (let c = columns[0]; c < columns[1]; c++) {
        const at = r * width + c
        let part = sums[at] ?? NaN
        if (Number.isNaN(part)) sums[at] = part = sumOf({ rows: cell(down.cuts, r), columns: cell(across.cuts, c) }, displacement)
        sum += part
        if (sum >= most) return Infinity
      }
    return sum
  }
}

const NO_CELLS: Span = [0, 0]
