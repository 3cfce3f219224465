/**
 * The largest colour difference of any spot of two pictures: what a mean over a page averages away, such as a missing icon.
 *
 * A spot is 16 x 16 pixels. Its difference is the root mean square, over its pixels, of the distance in OKLab between a pixel and the nearest colours within one pixel of the same
 * place in the other picture, both slightly blurred. The spot may be displaced by up to 4 pixels to the side and 1 up or down, and by up to 12 to the side where its neighbours are
 * displaced almost as far. So it does not see how edges are smoothed, nor that another rasterizer sets letters a little aside, which adds up along a line. Black and white differ by 1.
 *
 * Laws: it is 0 for equal pictures; pixels that are further than a spot and its displacement from all differences do not change it.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { boxHull, overlap, within, type Box, type Span } from '../core/language/box.js'
import { distances, oklabPlanes, rangesOf, type Planes } from './spotColours.js'

/** The side of a spot, and the distance between the first pixels of two spots. */
const SIDE = 16
const STEP = 8

/** The displacements to the side: of any spot, nearest first, and the largest of a spot whose neighbours are displaced. */
const NEAR = 4
const ASIDE = [0, -1, 1, -2, 2, -3, 3, -NEAR, NEAR]
const FARTHEST = 12

/** Pixels around a difference that a spot with this difference depends on: the rest of the spot, its displacement, and twice the blur and the neighbours of a pixel. */
const MARGIN = SIDE + FARTHEST + 2 * 3

const { sqrt } = Math

/** RGB in [0, 1], pixel by pixel, of a reference and a picture of one size. */
export interface SpotPair {
  readonly reference: ArrayLike<number>
  readonly picture: ArrayLike<number>
  readonly height: number
  readonly width: number
}

/** The pair of two pictures as tensors [1, height, width, 3] in [0, 1]. */
export const spotPair = async ({ reference, picture }: { readonly reference: Tensor4D; readonly picture: Tensor4D }): Promise<SpotPair> => {
  const [, height, width] = reference.shape
  return { reference: await reference.data(), picture: await picture.data(), height, width }
}

/** Spots beside each other that differ, between spots that do not. */
interface Run {
  readonly row: number
  readonly columns: Span
  /** The largest mean square difference of its spots where they are. */
  readonly still: number
}

/** The largest difference of any spot. */
export const spotDifference = (pair: SpotPair): number => {
  const { runs, displaced } = spotsOf(pair)
  let most = 0
  // Displacements only lower differences, so a run below the largest so far cannot raise it.
  for (const run of [...runs].sort((a, b) => b.still - a.still)) {
    if (run.still <= most) break
    most = Math.max(most, ...displaced(run))
  }
  return sqrt(most)
}

/** The difference of each spot as a picture of this size, row by row: a pixel has that of the spot around it. */
export const spotHeat = (pair: SpotPair): Float32Array => {
  const { height, width } = pair
  const { runs, displaced, rows, columns } = spotsOf(pair)
  const values = new Float32Array(rows * columns)
  for (const run of runs) values.set(displaced(run).map(sqrt), run.row * columns + run.columns[0])
  const heat = new Float32Array(height * width)
  const nearest = (at: number, count: number): number => Math.min(count - 1, Math.max(0, Math.round((at - SIDE / 2) / STEP)))
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) heat[row * width + column] = values[nearest(row, rows) * columns + nearest(column, columns)] ?? 0
  return heat
}

/** Parts of pictures of this size that have all spots with a pixel of a box, in the same places; parts that overlap are one. */
export const spotSurroundings = (boxes: readonly Box[], { height, width }: { readonly height: number; readonly width: number }): readonly Box[] => {
  const around = ([start, end]: Span, side: number): Span => within([STEP * Math.floor((start - MARGIN) / STEP), end + MARGIN], side)
  const parts: Box[] = []
  const waiting = boxes.map(({ rows, columns }) => ({ rows: around(rows, height), columns: around(columns, width) }))
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const box: Box = part
    const near = parts.findIndex((other) => overlap(other, box))
    const [other] = near === -1 ? [] : parts.splice(near, 1)
    if (other === undefined) parts.push(box)
    else waiting.push(boxHull(other, box))
  }
  return parts
}

/** The spots of a pair: `rows` of `columns`. */
interface Spots {
  readonly rows: number
  readonly columns: number
  readonly runs: readonly Run[]
  /** The mean square difference of each spot of a run at its best displacement. */
  readonly displaced: (run: Run) => readonly number[]
}

const spotsOf = ({ reference, picture, height, width }: SpotPair): Spots => {
  const [a, b] = [oklabPlanes(reference, height, width), oklabPlanes(picture, height, width)]
  const [one, other] = [[a, rangesOf(a)] as const, [b, rangesOf(b)] as const]
  const [high, wide] = [Math.min(SIDE, height), Math.min(SIDE, width)]
  const [rows, columns] = [Math.ceil((height - high) / STEP) + 1, Math.ceil((width - wide) / STEP) + 1]
  // The last spots end with the picture.
  const [top, left] = [(row: number): number => Math.min(STEP * row, height - high), (column: number): number => Math.min(STEP * column, width - wide)]
  const sums = summed(distances(one, other, { row: 0, column: 0, height, width }, [0, 0]), a)
  const still = (row: number, column: number): number => {
    const first = top(row) * (width + 1) + left(column)
    const last = first + high * (width + 1)
    return Math.max(0, (sums[last + wide] ?? 0) - (sums[last] ?? 0) - (sums[first + wide] ?? 0) + (sums[first] ?? 0)) / (high * wide)
  }
  const at = (row: number, column: number, aside: number): number => {
    const area = { row: top(row), column: left(column), height: high, width: wide }
    return Math.min(...(atEdge(row, rows) ? [0] : [0, -1, 1]).map((down) => meanOf(distances(one, other, area, [aside, down]))))
  }
  const runs = Array.from({ length: rows }, (_, row) => runsOf(row, columns, still)).flat()
  return {
    rows,
    columns,
    runs,
    displaced: ({ row, columns: span }) => settled(span, (column, aside) => (aside !== 0 && atEdge(column, columns) ? Infinity : at(row, column, aside))),
  }
}

/** At the picture's edge, displaced spots would not see what is there. */
const atEdge = (at: number, count: number): boolean => at === 0 || at === count - 1

const meanOf = (values: Float32Array): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

const runsOf = (row: number, columns: number, still: (row: number, column: number) => number): readonly Run[] => {
  const runs: Run[] = []
  let [start, most] = [0, 0]
  for (let column = 0; column <= columns; column++) {
    const difference = column === columns ? 0 : still(row, column)
    if (difference < SMALLEST) {
      if (most > 0) runs.push({ row, columns: [start, column], still: most })
      ;[start, most] = [column + 1, 0]
    } else most = Math.max(most, difference)
  }
  return runs
}

/** Mean square differences below this are rounding. */
const SMALLEST = 1e-9

/** The differences of a run's spots at their best displacement: each may go a pixel further than the spot beside it. */
const settled = ([start, end]: Span, at: (column: number, aside: number) => number): readonly number[] => {
  const best = Array.from({ length: end - start }, (_, i) => nearestBest(ASIDE, (aside) => at(start + i, aside)))
  const follow = (i: number, beside: number): void => {
    const [own, next] = [best[i], best[beside]]
    if (own === undefined || next === undefined || Math.abs(next.aside) < NEAR) return
    const further = [next.aside - 1, next.aside, next.aside + 1].filter((aside) => Math.abs(aside) > NEAR && Math.abs(aside) <= FARTHEST)
    const found = nearestBest(further, (aside) => at(start + i, aside))
    if (found.difference < own.difference) best[i] = found
  }
  for (let i = 1; i < best.length; i++) follow(i, i - 1)
  for (let i = best.length - 2; i >= 0; i--) follow(i, i + 1)
  return best.map(({ difference }) => difference)
}

/** The displacement of the least difference; the first where several have it. */
const nearestBest = (candidates: readonly number[], at: (aside: number) => number): { readonly aside: number; readonly difference: number } => {
  let best = { aside: 0, difference: Infinity }
  for (const aside of candidates) {
    const difference = at(aside)
    if (difference < best.difference - SMALLEST) best = { aside, difference }
  }
  return best
}

/** Sums of all values above and to the left: [height + 1, width + 1]. */
const summed = (values: Float32Array, { height, width }: Planes): Float64Array => {
  const sums = new Float64Array((height + 1) * (width + 1))
  for (let row = 0; row < height; row++) {
    let sum = 0
    for (let column = 0; column < width; column++) {
      sum += values[row * width + column] ?? 0
      const at = (row + 1) * (width + 1) + column + 1
      sums[at] = (sums[at - width - 1] ?? 0) + sum
    }
  }
  return sums
}
