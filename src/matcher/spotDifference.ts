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
import { boxHull, overlap, within, type Box, type Span } from '../core/language/box.js'
import { isRerendered, type Samples } from './rerendering.js'
import { cellsAlong, cellSums } from './spotCells.js'
import { coloursOf, distanceSum, visibleSum, type Displacement } from './spotColours.js'

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
  const spots = { side: SIDE, step: STEP, frame: masked ? FRAME : 0 }
  const [down, across] = [cellsAlong(height, spots), cellsAlong(width, spots)]
  const [rows, columns] = [down.spots.length, across.spots.length]
  const area = Math.min(SIDE, height) * Math.min(SIDE, width)
  const all = cellSums(down, across, (cell, displacement) => distanceSum(one, other, cell, displacement))
  const visible = masked ? cellSums(down, across, (cell, displacement) => visibleSum(one, other, cell, displacement)) : all
  const still = (row: number, column: number): number => visible(row, column, WHERE_IT_IS, Infinity) / area
  const better = (row: number, column: number, aside: number, known: Fit): Fit => {
    let best = known
    for (const down of atEdge(row, rows) ? [0] : DOWN) {
      const sum = all(row, column, [aside, down], best.sum)
      if (sum < best.sum - SMALLEST * area) best = { displacement: [aside, down], sum }
    }
    return best
  }
  const seen = (row: number, column: number, { displacement, sum }: Fit): number =>
    masked ? Math.min(still(row, column), visible(row, column, displacement, Infinity) / area) : sum / area
  const unmoved = (row: number, column: number): boolean => all(row, column, WHERE_IT_IS, Infinity) < SMALLEST * area
  return {
    rows,
    columns,
    runs: Array.from({ length: rows }, (_, row) => runsOf(row, columns, unmoved, still)).flat(),
    displaced: ({ row, columns: span }) =>
      settled(span, (column, aside, known) => (aside !== 0 && atEdge(column, columns) ? known : better(row, column, aside, known))).map((fit, i) =>
        seen(row, span[0] + i, fit),
      ),
  }
}

/** At the picture's edge, displaced spots would not see what is there. */
const atEdge = (at: number, count: number): boolean => at === 0 || at === count - 1

/** Runs of spots that differ at all, of which contours may mask a part. */
const runsOf = (
  row: number,
  columns: number,
  equal: (row: number, column: number) => boolean,
  still: (row: number, column: number) => number,
): readonly Run[] => {
  const runs: Run[] = []
  let [start, most] = [0, 0]
  for (let column = 0; column <= columns; column++) {
    if (column === columns || equal(row, column)) {
      if (column > start) runs.push({ row, columns: [start, column], still: most })
      ;[start, most] = [column + 1, 0]
    } else most = Math.max(most, still(row, column))
  }
  return runs
}

/** Mean square differences below this are rounding. */
const SMALLEST = 1e-9

/** Where a spot fits. */
interface Fit {
  readonly displacement: Displacement
  /** Of the squared distances there. */
  readonly sum: number
}

/** The better of a known fit of the spot in a column and of those displaced this far to the side. */
type Better = (column: number, aside: number, known: Fit) => Fit

/** The best fits of a run's spots: each may go a pixel further to the side than the spot beside it. */
const settled = ([start, end]: Span, better: Better): readonly Fit[] => {
  const improved = (i: number, known: Fit, asides: readonly number[]): Fit => asides.reduce((fit, aside) => better(start + i, aside, fit), known)
  const best = Array.from({ length: end - start }, (_, i) => improved(i, { displacement: WHERE_IT_IS, sum: Infinity }, ASIDE))
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
