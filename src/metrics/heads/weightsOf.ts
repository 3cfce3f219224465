import type * as t from 'io-ts'
import { finite, Plain } from '../../core/options.js'

/** A list of finite numbers, none of them negative: weights of a distance. */
export const weightsOf: t.Type<readonly number[], unknown> = new Plain<readonly number[]>(
  'a list of numbers >= 0',
  (u): u is readonly number[] => Array.isArray(u) && u.every((weight) => finite.is(weight) && weight >= 0),
  { type: 'array', items: { type: 'number', minimum: 0 } },
)
