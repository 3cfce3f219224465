import type * as t from 'io-ts'
import { between, Plain } from '../../core/arguments/codecs.js'

const notNegative = between(0, 1e18)

/** A list of numbers from 0 to 1e18: weights of a distance. */
export const weightsOf: t.Type<readonly number[], unknown> = new Plain<readonly number[]>(
  'a list of numbers from 0 to 1e18',
  (u): u is readonly number[] => Array.isArray(u) && u.every(notNegative.is),
  { type: 'array', items: notNegative.schema },
)
