/**
 * Where two pictures of the same size differ, as boxes.
 *
 * Law: outside the boxes all samples are equal; every box has a differing pixel in its first and last row and column, unless there are too many boxes.
 */
import { boxHull, type Box, type Span } from '../core/language/box.js'
import { bufferOf, type PixelPair } from './equalPictures.js'

/** Changes that are no further apart than this many pixels share a box. */
const NEAR = 64

/** More boxes than this become one. */
const MOST = 32

/** The boxes in which the pictures differ. */
export const changedBoxes = ({ reference, picture }: PixelPair): readonly Box[] => {
  const { height, width } = reference
  const [expected, received] = [bufferOf(reference.data), bufferOf(picture.data)]
  const bytes = expected.length / (height * width)
  const equal = (start: number, end: number): boolean => expected.compare(received, start * bytes, end * bytes, start * bytes, end * bytes) === 0
  const boxes: Box[] = []
  for (let row = 0; row < height; row++) {
    const start = row * width
    for (const [first, last] of changedSpans((from, to) => equal(start + from, start + to), [0, width])) {
      addTo(boxes, { rows: [row, row + 1], columns: [first, last] })
    }
    if (boxes.length > MOST) boxes.splice(0, boxes.length, boxes.reduce(boxHull))
  }
  return boxes
}

/** Whether the pictures are equal between two columns of a row. */
type Equal = (from: number, to: number) => boolean

/** The spans that differ, by halving: short equal stretches belong to them. */
const changedSpans = (equal: Equal, [start, end]: Span): readonly Span[] => {
  if (equal(start, end)) return []
  if (end - start <= NEAR) {
    // The shortest start that differs ends after the first change; the shortest end that differs starts at the last one.
    const first = start + shortest(end - start, (length) => !equal(start, start + length)) - 1
    const last = end - shortest(end - start, (length) => !equal(end - length, end))
    return [[first, last + 1]]
  }
  const middle = Math.floor((start + end) / 2)
  return [...changedSpans(equal, [start, middle]), ...changedSpans(equal, [middle, end])]
}

/** The shortest length, at least 1, for which this holds; it holds for `longest`, and for all lengths above the shortest. */
const shortest = (longest: number, holds: (length: number) => boolean): number => {
  let [low, high] = [0, longest]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

const near = ([a, b]: Span, [c, d]: Span): boolean => c - b < NEAR && a - d < NEAR

/** Joins a box with one that is near, or adds it. */
const addTo = (boxes: Box[], box: Box): void => {
  const at = boxes.findIndex((other) => near(other.rows, box.rows) && near(other.columns, box.columns))
  const other = boxes[at]
  if (other === undefined) boxes.push(box)
  else boxes[at] = boxHull(other, box)
}
