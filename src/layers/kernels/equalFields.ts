/**
 * Positions of a layer with equal receptive fields in the picture: their values are equal except for rounding, which differs on backends that compute neighbours in different ways.
 *
 * Two positions a few steps apart have equal fields if the picture, moved by the pixels between them, equals itself in the whole field. Outside the picture (padding, mirrored edges),
 * positions of one row have the same above and below them, and positions of one column the same on both sides.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { mayAssume } from '../../core/tensors/assumptions.js'
import type { Shape } from '../../core/errors/shape.js'
import type { ComparableFields } from './step.js'

/** The maxima y of x. */
export interface Maxima {
  readonly x: Tensor4D
  readonly y: Tensor4D
}

/** x and its maxima y in windows of this side, with equal values at positions with equal receptive fields. */
export const withTies = (x: Tensor4D, y: Tensor4D, receptiveFields: ComparableFields | undefined, side: number, maximum: (x: Tensor4D) => Tensor4D): Maxima => {
  const equal = receptiveFields === undefined ? x : equalized(x, receptiveFields, side)
  return { x: equal, y: equal === x ? y : maximum(equal) }
}

/** x, in which positions of a window with equal fields have the value of the first of them; x itself if no fields are equal. */
const equalized = (x: Tensor4D, { picture, fields }: ComparableFields, side: number): Tensor4D => {
  const [height = 0, width = 0, channels = 0, stride = 1, before = 0, size = 1] = fields(picture.shape)
  const all = { height, width, channels, stride, before, size }
  if (mayAssume(() => mayBeEqual(picture, all, [x.shape[1], x.shape[2]], side))) return x
  const firsts = firstOfEqual(picture.dataSync(), all, x.shape, side)
  return firsts === undefined ? x : tf.tidy(() => tf.reshape(tf.gather(tf.reshape(x, [-1, x.shape[3]]), tf.tensor1d(firsts, 'int32')), x.shape))
}

/** A picture, and the receptive fields in it along both sides. */
interface Fields {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly stride: number
  readonly before: number
  readonly size: number
}

type Sides = readonly [rows: number, columns: number]

/** For each position of a layer, the first one with an equal field, as far as windows of this side connect them; undefined if no fields are equal. */
const firstOfEqual = (pictures: ArrayLike<number>, fields: Fields, [batch = 0, rows = 0, columns = 0]: Shape, side: number): Int32Array | undefined => {
  const firsts = new Int32Array(batch * rows * columns).map((_, i) => i)
  for (let image = 0; image < batch; image++)
    for (const step of stepsWithin(side)) {
      const [down, across] = step
      const equals = equalsMoved(pictures, image, fields, down * fields.stride, across * fields.stride)
      if (mayRepeat(equals, fields, [rows, columns]))
        forEachEqual(equals, fields, [rows, columns], step, (row, column) => {
          const at = (image * rows + row) * columns + column
          join(firsts, at, at + down * columns + across)
        })
    }
  return firsts.every((first, i) => first === i) ? undefined : firsts.map((_, i) => firstOf(firsts, i))
}

type Step = readonly [down: number, across: number]

/** The steps from one position of a window of this side to one after it. */
const stepsWithin = (side: number): readonly Step[] => {
  const steps = Array.from({ length: side }, (_, down) => Array.from({ length: 2 * side - 1 }, (_, i): Step => [down, i - side + 1])).flat()
  return steps.filter(([down, across]) => down > 0 || across > 0)
}

/** Whether a pixel equals that `down` rows below and `across` columns beside it. */
type EqualsMoved = (y: number, x: number) => boolean

const equalsMoved = (pictures: ArrayLike<number>, image: number, { height, width, channels }: Fields, down: number, across: number): EqualsMoved => {
  const step = (down * width + across) * channels
  const [start, end] = [Math.max(0, -across), width - Math.max(0, across)]
  return (y, x) => {
    const rowsInside = y >= 0 && y + down < height
    const columnsInside = x >= start && x < end
    if ((!rowsInside && down !== 0) || (!columnsInside && across !== 0)) return false
    if (!rowsInside || !columnsInside) return true
    const at = ((image * height + y) * width + x) * channels
    for (let c = at; c < at + channels; c++) if (pictures[c] !== pictures[c + step]) return false
    return true
  }
}

/** The fewest rows and columns of the picture that a receptive field contains. */
const leastInside = ({ height, width, stride, before, size }: Fields, [rows, columns]: Sides): number => {
  const inside = (side: number, positions: number): number => Math.min(side, size - before, side + before - (positions - 1) * stride)
  return Math.max(1, Math.min(inside(height, rows), inside(width, columns)))
}

/** A quick check by ops: false if no pixel of a grid, of which every receptive field contains one, equals the pixel one step on. Then no fields are equal; photographs and computed pictures rarely pass. */
const mayBeEqual = (picture: Tensor4D, fields: Fields, layer: Sides, side: number): Scalar =>
  tf.tidy(() => {
    const { height, width, channels, stride } = fields
    const least = leastInside(fields, layer)
    const equal = stepsWithin(side).flatMap((step) => {
      const [down, across] = [step[0] * stride, step[1] * stride]
      const left = least * Math.ceil(Math.max(0, -across) / least)
      const [bottom, right] = [height - down, width - Math.max(0, across)]
      if (bottom <= 0 || left >= right) return []
      const grid = (y: number, x: number): Tensor =>
        tf.stridedSlice(picture, [0, y, left + x, 0], [picture.shape[0], bottom + y, right + x, channels], [1, least, least, 1])
      return [tf.any(tf.all(tf.equal(grid(0, 0), grid(down, across)), 3))]
    })
    return equal.length === 0 ? tf.scalar(false) : tf.any<Scalar>(tf.stack(equal))
  })

/** A quick check of some rows, of which every receptive field contains one: false if none has enough equal neighbours. Photographs rarely have. */
const mayRepeat = (equals: EqualsMoved, fields: Fields, layer: Sides): boolean => {
  const { height, width } = fields
  const least = leastInside(fields, layer)
  for (let y = 0; y < height; y += least)
    for (let x = 0, run = 0; x < width; x++) {
      run = equals(y, x) ? run + 1 : 0
      if (run >= least) return true
    }
  return false
}

/** Finds all positions whose field equals the one a step on: those where the largest square of equal pixels that ends with the field covers it. */
const forEachEqual = (
  equals: EqualsMoved,
  { stride, before, size }: Fields,
  [rows, columns]: Sides,
  [down, across]: Step,
  found: (row: number, column: number) => void,
): void => {
  const squares = new Int32Array((columns - 1) * stride + size + 1)
  for (let bottom = 0; bottom < (rows - 1) * stride + size; bottom++) {
    let corner = 0
    for (let right = 1; right < squares.length; right++) {
      const above = squares[right] ?? 0
      squares[right] = equals(bottom - before, right - 1 - before) ? 1 + Math.min(above, corner, squares[right - 1] ?? 0) : 0
      corner = above
    }
    const row = (bottom - size + 1) / stride
    if (row >= 0 && Number.isInteger(row) && row + down < rows)
      for (let column = Math.max(0, -across); column < columns - Math.max(0, across); column++)
        if ((squares[column * stride + size] ?? 0) >= size) found(row, column)
  }
}

/** The first of the positions joined with this one. */
const firstOf = (firsts: Int32Array, position: number): number => {
  let at = position
  while (firsts[at] !== at) {
    const next = firsts[firsts[at] ?? 0] ?? 0
    firsts[at] = next
    at = next
  }
  return at
}

/** Joins two positions, and those joined with them. */
const join = (firsts: Int32Array, one: number, other: number): void => {
  const [a, b] = [firstOf(firsts, one), firstOf(firsts, other)]
  firsts[Math.max(a, b)] = Math.min(a, b)
}
