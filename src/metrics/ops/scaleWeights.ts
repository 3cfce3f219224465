import type * as t from 'io-ts'
import { Plain, positive } from '../../core/arguments/codecs.js'

/** The most scales of a picture: 2^11 exceeds any side. */
const MOST_SCALES = 12

/** The codec of one number above 0 per scale, fine to coarse. */
export const scaleWeights: t.Type<readonly number[], unknown> = new Plain<readonly number[]>(
  `a list of 1 to ${String(MOST_SCALES)} numbers, each from 1e-18 to 1e18`,
  (u): u is readonly number[] => Array.isArray(u) && u.length >= 1 && u.length <= MOST_SCALES && u.every(positive.is),
  { type: 'array', items: { type: 'number', minimum: 1e-18, maximum: 1e18 }, minItems: 1, maxItems: MOST_SCALES },
)
