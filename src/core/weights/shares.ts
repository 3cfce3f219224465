/** The shares of the terms of a loss. */
import { either as E } from 'fp-ts'
import type { LossError } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'

/** One number per term in order, or by name; a group's share covers all its terms. */
export type Shares = readonly number[] | Readonly<Record<string, number>>

/** The terms' parts of 1; a Left if the shares do not match the terms. */
export const sharesOf = (names: readonly string[], shares: Shares | undefined): E.Either<LossError, readonly number[]> => {
  const bad = (received: string, expected: string): E.Either<LossError, never> => E.left({ _tag: 'BadArgument', name: 'The shares', received, expected })
  if (names.length === 0) return E.left({ _tag: 'BadArgument', name: 'The loss', received: 'a loss without terms', expected: 'at least one term' })
  const given = shares === undefined ? names.map(() => 1) : isList(shares) ? shares : byName(names, shares)
  if (typeof given === 'string') return bad(given, `a share for each of ${names.join(', ')}, by its name or its group's`)
  if (given.length !== names.length) return bad(`${String(given.length)} numbers`, `${String(names.length)}, one for each of ${names.join(', ')}`)
  const total = given.reduce((sum, share) => sum + share, 0)
  if (!given.every((share) => Number.isFinite(share) && share >= 0) || !(total > 0) || !Number.isFinite(total))
    return bad(formatValue(shares), 'finite numbers, none below 0 and at least one above 0')
  return E.right(given.map((share) => share / total))
}

const isList = (shares: Shares): shares is readonly number[] => Array.isArray(shares)

/** The shares of the terms, or what is wrong with the names. */
const byName = (names: readonly string[], shares: Readonly<Record<string, number>>): readonly number[] | string => {
  const inGroup = (key: string): readonly string[] => names.filter((name) => name === key || name.startsWith(`${key} / `))
  const keys = Object.keys(shares)
  const strange = keys.find((key) => inGroup(key).length === 0)
  if (strange !== undefined) return `a share for the unknown term '${strange}'`
  const found = names.map((name) => keys.filter((key) => inGroup(key).includes(name)))
  const at = found.findIndex((matching) => matching.length !== 1)
  if (at >= 0) return `${String(found[at]?.length)} shares for the term ${names[at] ?? ''}`
  return found.map(([key = '']) => (shares[key] ?? 0) / inGroup(key).length)
}
