/**
 * The largest colour difference of any spot of two pictures: what a mean over a page averages away, such as a missing icon.
 *
 * A spot is 16 x 16 pixels. Its difference is the root mean square, over its pixels, of the distance in OKLab between a pixel and the nearest colours within one pixel of the same
 * place in the other picture, both slightly blurred. The spot may be displaced by up to 4 pixels to the side and 2 up or down, and by up to 12 to the side where its neighbours are
 * displaced almost as far. So it does not see how edges are smoothed, nor that another rasterizer sets letters a little aside, which adds up along a line. Black and white differ by 1.
 *
 * If a whole page was rendered differently, its contours mask differences in proportion to their contrast, as they do for the eye (Legge and Foley, "Contrast masking in human
 * vision", 1980): where colours within one pixel have a range, a difference counts from as far outside it as the range is long. Where pictures are flat, as beside a missing line or
 * in a recoloured area, every difference counts. The outermost pixels, where a shift lets something else in, do not. Of other pages every difference counts, because their
 * letters were rendered as before.
 *
 * Laws: it is 0 for equal pictures; in a picture that was not rendered differently as a whole, pixels that are further than a spot and its displacement from all differences do
 * not change it.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { boxHull, intersection, overlap, within, type Box, type Span } from '../core/language/box.js'
import { isRerendered, type Samples } from './rerendering.js'
import { coloursOf, displacedSum, distances, visibleSum, type Displacement, type Planes } from './spotColours.js'

/** The side of a spot, and the distance between the first pixels of two spots. */
const SIDE = 16
const STEP = 8

/** The displacements to the side: of any spot, nearest first, and the largest of a spot whose neighbours are displaced. */
const NEAR = 4
const ASIDE = [0, -1, 1, -2, 2, -3, 3, -NEAR, NEAR]
const FARTHEST = 12
/** The displacements up and down. */
const DOWN = [0, -1, 1, -2, 2]

/** Pixels around a difference that a spot with this difference depends on: the rest of the spot, its displacement, and twice the blur and the neighbours of a pixel. */
const MARGIN = SIDE + FARTHEST + 2 * 3

/** The outermost pixels that do not count where a page was rendered differently as a whole: a pixel of a shift, and as far as it is blurred. */
const FRAME = 1 + 2

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
  /** The largest difference of its spots where they are. */
  readonly still: number
}

/** The difference of the most different spot. */
export const spotDifference = (pair: SpotPair): number => sqrt(largest(spotsOf(pair, rerendered(pair))))

/** The same for a part of pictures that were not rendered differently as a whole. */
export const spotDifferenceOfPart = (pair: SpotPair): number => sqrt(largest(spotsOf(pair, false)))

/** The difference of each spot as a picture of this size, row by row: a pixel has that of the spot around it. */
export const spotHeat = (pair: SpotPair): Float32Array => {
  const { height, width } = pair
  const { rows, columns, runs, displaced } = spotsOf(pair, rerendered(pair))
  const values = new Float32Array(rows * columns)
  for (const run of runs) values.set(displaced(run).map(sqrt), run.row * columns + run.columns[0])
  const heat = new Float32Array(height * width)
  const nearest = (at: number, count: number): number => Math.min(count - 1, Math.max(0, Math.round((at - SIDE / 2) / STEP)))
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) heat[row * width + column] = values[nearest(row, rows) * columns + nearest(column, columns)] ?? 0
  return heat
}

const rerendered = (pair: SpotPair): boolean => {
  const samples: Samples = { data: pair.reference, white: 1, channels: 3, height: pair.height, width: pair.width }
  return isRerendered(samples, (cell) => differsIn(pair, cell))
}

const differsIn = ({ reference, picture, width }: SpotPair, { rows, columns }: Box): boolean => {
  for (let row = rows[0]; row < rows[1]; row++)
    for (let at = 3 * (row * width + columns[0]); at < 3 * (row * width + columns[1]); at++) if (reference[at] !== picture[at]) return true
  return false
}

/** The mean square difference of the most different spot. */
const largest = ({ runs, displaced }: Spots): number => {
  let most = 0
  // Displacements only lower differences, so a run below the largest so far cannot raise it.
  for (const run of [...runs].sort((a, b) => b.still - a.still)) {
    if (run.still <= most) break
    most = Math.max(most, ...displaced(run))
  }
  return most
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
  /** The mean square difference of each spot of a run where it fits best. */
  readonly displaced: (run: Run) => readonly number[]
}

/** `masked`: the page was rendered differently as a whole, so contours mask differences, and the outermost pixels do not count. */
const spotsOf = ({ reference, picture, height, width }: SpotPair, masked: boolean): Spots => {
  const [one, other] = [coloursOf(reference, height, width), coloursOf(picture, height, width)]
  const [high, wide] = [Math.min(SIDE, height), Math.min(SIDE, width)]
  const [rows, columns] = [Math.ceil((height - high) / STEP) + 1, Math.ceil((width - wide) / STEP) + 1]
  const frame = masked ? FRAME : 0
  const areaOf = (row: number, column: number): Box => {
    // The last spots end with the picture.
    const [top, left] = [Math.min(STEP * row, height - high), Math.min(STEP * column, width - wide)]
    return { rows: intersection([top, top + high], [frame, height - frame]), columns: intersection([left, left + wide], [frame, width - frame]) }
  }
  const differencesOf = (values: Float32Array): StillAt => {
    const sums = summed(values, one[0])
    return (row, column) => Math.max(0, sumIn(sums, areaOf(row, column), width)) / (high * wide)
  }
  const all = differencesOf(distances(one, other, false))
  const still = masked ? differencesOf(distances(one, other, true)) : all
  const better = (row: number, column: number, aside: number, known: Fit): Fit => {
    let best = known
    for (const down of atEdge(row, rows) ? [0] : DOWN) {
      const difference = displacedSum(one, other, areaOf(row, column), [aside, down], best.difference * high * wide) / (high * wide)
      if (difference < best.difference - SMALLEST) best = { displacement: [aside, down], difference }
    }
    return best
  }
  const visible = (row: number, column: number, { displacement }: Fit): number =>
    Math.min(...[WHERE_IT_IS, displacement].map((at) => visibleSum(one, other, areaOf(row, column), at))) / (high * wide)
  return {
    rows,
    columns,
    runs: Array.from({ length: rows }, (_, row) => runsOf(row, columns, all, still)).flat(),
    displaced: ({ row, columns: span }) =>
      settled(span, (column, aside, known) => (aside !== 0 && atEdge(column, columns) ? known : better(row, column, aside, known))).map((fit, i) =>
        masked ? visible(row, span[0] + i, fit) : fit.difference,
      ),
  }
}

/** At the picture's edge, displaced spots would not see what is there. */
const atEdge = (at: number, count: number): boolean => at === 0 || at === count - 1

/** The sum of a box, from the sums above and to the left. */
const sumIn = (sums: Float64Array, { rows, columns }: Box, width: number): number => {
  const [first, last] = [rows[0] * (width + 1), rows[1] * (width + 1)]
  return (sums[last + columns[1]] ?? 0) - (sums[last + columns[0]] ?? 0) - (sums[first + columns[1]] ?? 0) + (sums[first + columns[0]] ?? 0)
}

/** The mean square difference of a spot where it is. */
type StillAt = (row: number, column: number) => number

/** Runs of spots that differ at all, of which contours may mask a part. */
const runsOf = (row: number, columns: number, all: StillAt, still: StillAt): readonly Run[] => {
  const runs: Run[] = []
  let [start, most] = [0, 0]
  for (let column = 0; column <= columns; column++) {
    if (column === columns || all(row, column) < SMALLEST) {
      if (column > start) runs.push({ row, columns: [start, column], still: most })
      ;[start, most] = [column + 1, 0]
    } else most = Math.max(most, still(row, column))
  }
  return runs
}

/** Mean square differences below this are rounding. */
const SMALLEST = 1e-9

/** Where a spot fits, and its difference there. */
interface Fit {
  readonly displacement: Displacement
  readonly difference: number
}

/** The better of a known fit of the spot in a column and of those displaced this far to the side. */
type Better = (column: number, aside: number, known: Fit) => Fit

/** The best fits of a run's spots: each may go a pixel further to the side than the spot beside it. */
const settled = ([start, end]: Span, better: Better): readonly Fit[] => {
  const improved = (i: number, known: Fit, asides: readonly number[]): Fit => asides.reduce((fit, aside) => better(start + i, aside, fit), known)
  const best = Array.from({ length: end - start }, (_, i) => improved(i, { displacement: WHERE_IT_IS, difference: Infinity }, ASIDE))
  const follow = (i: number, beside: number): void => {
    const [own, next] = [best[i], best[beside]?.displacement[0] ?? 0]
    if (own === undefined || Math.abs(next) < NEAR) return
    const further = [next - 1, next, next + 1].filter((aside) => Math.abs(aside) > NEAR && Math.abs(aside) <= FARTHEST)
    best[i] = improved(i, own, further)
  }
  for (let i = 1; i < best.length; i++) follow(i, i - 1)
  for (let i = best.length - 2; i >= 0; i--) follow(i, i + 1)
  return best
}

const WHERE_IT_IS: Displacement = [0, 0]

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
