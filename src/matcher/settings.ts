/**
 * Settings of a comparison besides its bounds: regions to ignore, and what to do about different sizes.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Accepted } from '../core/arguments/checkOptions.js'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { formatValue } from '../core/errors/formatValue.js'
import { LossException } from '../index.js'
import type { Pixels } from '../node/decodePixels.js'
import type { Background } from './backgrounds.js'

/** A rectangle in pixels from the top left corner; what reaches over an edge is cut off. */
export interface Rectangle {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** What to do about a picture and a reference of different sizes. */
export type SizeMismatch = 'fail' | 'pad' | 'crop'

/** Settings of a comparison. */
export interface Settings {
  /** Rectangles in which the pictures may differ: a clock, an advertisement, a cursor. */
  readonly ignore?: readonly Rectangle[]
  /** 'fail' (default); 'pad': the smaller picture gets white at its right and bottom; 'crop': the part that both have, from the top left corner. */
  readonly sizeMismatch?: SizeMismatch
}

const SIDES = ['top', 'left', 'height', 'width'] as const

const isRectangle = (value: unknown): boolean =>
  isPlainRecord(value) &&
  Object.keys(value).length === SIDES.length &&
  SIDES.every((side) => Number.isSafeInteger(value[side]) && (value[side] as number) >= (side === 'top' || side === 'left' ? 0 : 1))

const ACCEPTED: Readonly<Record<keyof Settings, Accepted>> = {
  ignore: {
    name: 'a list of rectangles in whole pixels, such as [{ top: 0, left: 0, height: 20, width: 100 }]',
    is: (value) => Array.isArray(value) && value.every(isRectangle),
  },
  sizeMismatch: { name: "'fail', 'pad' or 'crop'", is: (value) => value === 'fail' || value === 'pad' || value === 'crop' },
}

/**
 * The settings among the options of a comparison, and the other options; undefined where there are none.
 *
 * @throws LossException `BadArgument` for a setting that is not accepted.
 */
export const settingsOf = (options: unknown): { readonly settings: Settings; readonly bounds: unknown } => {
  if (!isPlainRecord(options)) return { settings: {}, bounds: options }
  const isSetting = (name: string): name is keyof Settings => Object.hasOwn(ACCEPTED, name)
  const given = Object.entries(options).filter(([name, value]) => isSetting(name) && value !== undefined)
  for (const [name, value] of given) {
    const { is, name: expected } = ACCEPTED[name as keyof Settings]
    if (!is(value)) throw new LossException({ _tag: 'BadArgument', name: `The option ${name}`, received: formatValue(value), expected })
  }
  const others = Object.entries(options).filter(([name]) => !isSetting(name))
  const bounds = others.length === 0 && given.length > 0 ? undefined : Object.fromEntries(others)
  return { settings: Object.fromEntries(given), bounds }
}

/** A background as it is compared. Its tensors are new; the caller disposes of them. */
export const prepared = ({ ignore = [], sizeMismatch = 'fail' }: Settings, { reference, picture }: Background): Background => {
  const [expected, received] = sized(sizeMismatch, reference, picture)
  const [, height, width] = expected.shape
  if (ignore.length === 0 || received.shape[1] !== height || received.shape[2] !== width) return { reference: expected, picture: received }
  const inside = new Uint8Array(height * width)
  for (const { top, left, height: high, width: wide } of ignore)
    for (let row = top; row < Math.min(top + high, height); row++)
      inside.fill(1, row * width + Math.min(left, width), row * width + Math.min(left + wide, width))
  return tf.tidy(() => {
    const mask = tf.tile(tf.tensor(inside, [1, height, width, 1], 'bool'), [1, 1, 1, 3])
    const same = tf.where<Tensor4D>(mask, expected, received)
    received.dispose()
    return { reference: expected, picture: same }
  })
}

const sized = (mode: SizeMismatch, reference: Tensor4D, picture: Tensor4D): readonly [reference: Tensor4D, picture: Tensor4D] => {
  const side = (at: 1 | 2): number => (mode === 'crop' ? Math.min : Math.max)(reference.shape[at], picture.shape[at])
  const [height, width] = [side(1), side(2)]
  const fitted = (image: Tensor4D): Tensor4D => {
    if (mode === 'fail') return tf.clone(image)
    if (mode === 'crop') return tf.slice(image, [0, 0, 0, 0], [1, height, width, 3])
    return tf.pad(image, [[0, 0], [0, height - image.shape[1]], [0, width - image.shape[2]], [0, 0]], 1) // prettier-ignore
  }
  return [fitted(reference), fitted(picture)]
}

/** Copies the ignored rectangles of one picture's samples into another of the same size. */
export const copyIgnored = ({ ignore = [] }: Settings, from: Pixels, to: Pixels): void => {
  for (const { top, left, height, width } of ignore)
    for (let row = top; row < Math.min(top + height, from.height); row++) {
      const start = 4 * (row * from.width + Math.min(left, from.width))
      const end = 4 * (row * from.width + Math.min(left + width, from.width))
      to.data.set(from.data.subarray(start, end), start)
    }
}
