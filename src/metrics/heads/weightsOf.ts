import * as t from 'io-ts'
import { finite } from '../../core/options.js'

/** A list of finite numbers, none of them negative: weights of a distance. */
export const weightsOf: t.Type<readonly number[], unknown> = new t.Type<readonly number[], unknown>(
  'a list of numbers >= 0',
  (u): u is readonly number[] => Array.isArray(u) && u.every((weight) => finite.is(weight) && weight >= 0),
  (u, c) => (weightsOf.is(u) ? t.success(u) : t.failure(u, c)),
  t.identity,
)
