/** Decodes reports and results from JSON; a Left says what was received and what was expected. */
import { formatValue } from '../core/errors/formatValue.js'
import { either as E, function as F } from 'fp-ts'
import * as t from 'io-ts'
import { type LossError } from '../core/errors/lossError.js'
import { byNameCodec } from './byName.js'
import { fromText, toText, type Dyadic } from './dyadic.js'
import type { Report } from './report.js'
import type { PairResult } from './result.js'
import { finite } from '../core/arguments/codecs.js'
import { getOrThrow } from '../core/errors/lossException.js'

const exact = new t.Type<Dyadic, string, unknown>(
  "an exact number such as '3p-1'",
  (u): u is Dyadic => typeof u === 'object' && u !== null && 'digits' in u,
  (u, context) => {
    const found = typeof u === 'string' ? fromText(u) : undefined
    return found === undefined ? t.failure(u, context) : t.success(found)
  },
  toText,
)

const count = new t.Type<number, unknown>(
  'a whole number, 0 or more',
  (u): u is number => Number.isSafeInteger(u) && (u as number) >= 0,
  (u, context) => (Number.isSafeInteger(u) && (u as number) >= 0 ? t.success(u as number) : t.failure(u, context)),
  t.identity,
)

/** A finite score, or the text 'Infinity', which JSON has no number for: the PSNR of identical pictures. */
const score = new t.Type<number, unknown>(
  "a finite number or 'Infinity'",
  (u): u is number => finite.is(u) || u === Infinity,
  (u, context) => (finite.is(u) ? t.success(u) : u === 'Infinity' ? t.success(Infinity) : t.failure(u, context)),
  t.identity,
)

/** Older reports, from before infinite scores, have none. */
const countOrNone = new t.Type<number, unknown>(count.name, count.is, (u, context) => (u === undefined ? t.success(0) : count.validate(u, context)), t.identity)

const scored = t.strict({ id: t.string, value: score })
const summary = t.strict({ count, infinite: countOrNone, sum: exact, squares: exact, lowest: t.array(scored), highest: t.array(scored) })
const failures = byNameCodec(t.strict({ count, ids: t.array(t.string) }))
const report = t.strict({ version: t.literal(1), measured: count, failures, scores: byNameCodec(summary) })

const measured = t.strict({
  id: t.string,
  reference: t.string,
  picture: t.string,
  height: count,
  width: count,
  scores: byNameCodec(t.union([score, t.null])),
})
const failed = t.strict({ id: t.string, error: t.strict({ tag: t.string, message: t.string }) })

/**
 * Decodes a report from JSON; a Left, `BadArgument`, says what was received and what was expected.
 *
 * @example pipe(tryDecodeReport(JSON.parse(text)), E.match(describeError, ({ measured }) => `${measured} pairs`))
 */
export const tryDecodeReport = (json: unknown): E.Either<LossError, Report> =>
  F.pipe(
    report.decode(json),
    E.bimap(problem('The report'), ({ measured, failures, scores }) => ({ measured, failures, scores })),
  )

/**
 * Decodes the result of one pair from the JSON of a line; a Left, `BadArgument`, says what was received and what was expected.
 *
 * @example pipe(tryDecodeResult(JSON.parse(line)), E.map(reportOf))
 */
export const tryDecodeResult = (json: unknown): E.Either<LossError, PairResult> => {
  const result: t.Validation<PairResult> = typeof json === 'object' && json !== null && 'error' in json ? failed.decode(json) : measured.decode(json)
  return F.pipe(result, E.mapLeft(problem('The result')))
}

/**
 * Decodes a report from JSON.
 *
 * @throws LossException where `tryDecodeReport` returns a Left.
 * @example decodeReport(JSON.parse(text)).measured
 */
export const decodeReport = (json: unknown): Report => getOrThrow(tryDecodeReport(json))

/**
 * Decodes the result of one pair from the JSON of a line.
 *
 * @throws LossException where `tryDecodeResult` returns a Left.
 * @example reportOf(decodeResult(JSON.parse(line)))
 */
export const decodeResult = (json: unknown): PairResult => getOrThrow(tryDecodeResult(json))

const problem =
  (what: string) =>
  (errors: t.Errors): LossError => {
    const { context = [], value } = errors.at(-1) ?? {}
    const path = context.flatMap(({ key }) => (key === '' ? [] : [`.${key}`])).join('')
    return {
      _tag: 'BadArgument',
      name: `${what}${path}`,
      received: value === undefined ? 'nothing' : formatValue(value),
      expected: context.at(-1)?.type.name ?? 'another value',
    }
  }
