/** The size a number was computed at, in words. */
import type { Fitted, Shaping } from '../engine/protocol.js'
import type { Size } from '../engine/resample.js'
import { sameShape } from '../engine/scale.js'
import { pixels } from './numbers.js'

const SHAPED: Readonly<Record<Shaping, string>> = { fit: 'stretched', crop: 'cropped', pad: 'padded' }

const isSame = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

/** What was computed: the size, what it was scaled down from, and what was done to the prediction. */
export const sizeWords = (fitted: Fitted, target: Size, prediction: Size, shaping: Shaping): string => {
  const size = isSame(fitted, target) ? `${pixels(fitted)} px, full size` : `${pixels(fitted)} px, scaled down from ${pixels(target)}`
  const tiles = fitted.tiles === undefined ? [] : [`in ${String(fitted.tiles)} tiles`]
  return [size, ...tiles, ...predictionWords(target, prediction, shaping)].join('; ')
}

/** What was done to the prediction to compare it with the target. */
const predictionWords = (target: Size, prediction: Size, shaping: Shaping): readonly string[] => {
  if (isSame(target, prediction)) return []
  return sameShape(prediction, target) ? [`prediction scaled from ${pixels(prediction)}`] : [`prediction ${SHAPED[shaping]} from ${pixels(prediction)}`]
}
