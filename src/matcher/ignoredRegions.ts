/** Regions in which two pictures may differ. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import type { Pixels } from '../node/decodedPicture.js'

/** A rectangle in pixels from the top left corner; what reaches over an edge is cut off. */
export interface Rectangle {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

const SIDES = ['top', 'left', 'height', 'width'] as const

/** Whether a value from untyped code is a rectangle. */
export const isRectangle = (value: unknown): boolean =>
  isPlainRecord(value) &&
  Object.keys(value).length === SIDES.length &&
  SIDES.every((side) => Number.isSafeInteger(value[side]) && (value[side] as number) >= (side === 'top' || side === 'left' ? 0 : 1))

/** The picture with the reference's pixels in the ignored rectangles: a new tensor. Pictures of different sizes have no common regions. */
export const withoutIgnored = (ignore: readonly Rectangle[], reference: Tensor4D, picture: Tensor4D): Tensor4D => {
  const [, height, width] = reference.shape
  if (ignore.length === 0 || picture.shape[1] !== height || picture.shape[2] !== width) return tf.clone(picture)
  const inside = new Uint8Array(height * width)
  for (const { top, left, height: high, width: wide } of ignore)
    for (let row = top; row < Math.min(top + high, height); row++)
      inside.fill(1, row * width + Math.min(left, width), row * width + Math.min(left + wide, width))
  return tf.tidy(() => tf.where(tf.tile(tf.tensor(inside, [1, height, width, 1], 'bool'), [1, 1, 1, 3]), reference, picture))
}

/** Copies the ignored rectangles of one picture's samples into another of the same size. */
export const copyIgnored = (ignore: readonly Rectangle[], from: Pixels, to: Pixels): void => {
  for (const { top, left, height, width } of ignore)
    for (let row = top; row < Math.min(top + height, from.height); row++) {
      const start = 4 * (row * from.width + Math.min(left, from.width))
      const end = 4 * (row * from.width + Math.min(left + width, from.width))
      to.data.set(from.data.subarray(start, end), start)
    }
}
