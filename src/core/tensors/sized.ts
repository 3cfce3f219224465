/**
 * Pictures cut or filled at the bottom and on the right. A picture of the right size stays as it is, unless ops are recorded for all sizes (`toOnnx`), which must then be the same.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** A backend that records ops for all sizes. */
export interface RecordsEverySize {
  readonly recordsEverySize: boolean
}

/** Whether ops that do nothing at this size must be recorded for others. */
export const recordsEverySize = (): boolean => (tf.backend() as Partial<RecordsEverySize>).recordsEverySize === true

type Sides = readonly [height: number, width: number]

const has = ([, height, width]: Tensor4D['shape'], sides: Sides): boolean => height === sides[0] && width === sides[1] && !recordsEverySize()

/** The first rows and columns of x. */
export const cutTo = (x: Tensor4D, sides: Sides): Tensor4D => (has(x.shape, sides) ? x : tf.slice(x, [0, 0, 0, 0], [-1, ...sides, -1]))

/** x with more rows below and columns on the right. */
export const filledTo = (x: Tensor4D, sides: Sides, fill = 0): Tensor4D =>
  has(x.shape, sides) ? x : tf.pad(x, [[0, 0], [0, sides[0] - x.shape[1]], [0, sides[1] - x.shape[2]], [0, 0]], fill) // prettier-ignore
