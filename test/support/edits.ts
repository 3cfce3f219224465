/** Random edits of random pictures, and their value from what changed alone. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { getOrThrow } from '../../src/core/errors/lossException.js'
import type { Box } from '../../src/core/language/box.js'
import { planLoss } from '../../src/core/plan/plan.js'
import { changedParts } from '../../src/core/tiling/changedParts.js'
import type { Extractor, Loss } from '../../src/index.js'
import { random } from './images.js'

/** Two pictures that differ in these boxes only. */
export interface Edit {
  readonly reference: Tensor4D
  readonly prediction: Tensor4D
  readonly boxes: readonly Box[]
}

/** A page of rectangles of one colour, of a random size, with up to three boxes of noise or of another colour. */
export const randomEdit = (seed: number, least: number, most: number): Edit => {
  const next = random(seed)
  const upTo = (limit: number): number => Math.floor(next() * limit)
  const [height, width] = [least + upTo(most - least), least + upTo(most - least)]
  const values = new Float32Array(height * width * 3)
  const paint = (to: Float32Array, { rows, columns }: Box, colour: () => readonly number[]): void => {
    for (let row = rows[0]; row < rows[1]; row++) for (let column = columns[0]; column < columns[1]; column++) to.set(colour(), 3 * (row * width + column))
  }
  const box = (side: number): Box => {
    const [top, left] = [upTo(height), upTo(width)]
    return { rows: [top, Math.min(height, top + 1 + upTo(side))], columns: [left, Math.min(width, left + 1 + upTo(side))] }
  }
  const anyColour = (): readonly number[] => [next(), next(), next()]
  const flat = (): (() => readonly number[]) => {
    const colour = anyColour()
    return () => colour
  }
  paint(values, { rows: [0, height], columns: [0, width] }, flat())
  for (let i = 0; i < 12; i++) paint(values, box(most), i % 4 === 0 ? anyColour : flat())
  const edited = values.slice()
  const boxes = Array.from({ length: 1 + upTo(3) }, () => box(24))
  for (const one of boxes) paint(edited, one, next() < 0.5 ? anyColour : flat())
  return { reference: tf.tensor4d(values, [1, height, width, 3]), prediction: tf.tensor4d(edited, [1, height, width, 3]), boxes }
}

const part = (image: Tensor4D, { rows, columns }: Box): Tensor4D =>
  tf.slice(image, [0, rows[0], columns[0], 0], [1, rows[1] - rows[0], columns[1] - columns[0], 3])

/** The value of an edit from what changed; undefined where the loss or the network has no such parts. */
export const valueOfChange = (
  loss: Loss<string, string>,
  extractor: Extractor<string> | undefined,
  { reference, prediction, boxes }: Edit,
): number | undefined => {
  const parts = changedParts(getOrThrow(planLoss(loss, extractor)), extractor)?.(reference.shape, boxes)
  return parts?.reduce(
    (sum, { around, changed, value }) => sum + tf.tidy(() => value(part(reference, around), part(prediction, changed)).dataSync()[0] ?? 0),
    0,
  )
}
