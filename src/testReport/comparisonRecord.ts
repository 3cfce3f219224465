/**
 * The record of one comparison of a test run: a line of JSON.
 *
 * Law: `decodeRecord(encodeRecord(record))` is the record.
 */
import { createHash } from 'node:crypto'
import { option as O } from 'fp-ts'
import * as t from 'io-ts'

const score = t.strict({ name: t.string, score: t.string, bound: t.string, within: t.boolean })

const record = t.strict({
  version: t.literal(1),
  /** Milliseconds since 1970. */
  time: t.number,
  /** Names the test among all. */
  test: t.string,
  /** The reference's path from the working directory of the run, with forward slashes. */
  reference: t.string,
  /** Whether the test expects a difference (`.not`). */
  isNot: t.boolean,
  status: t.keyof({ failed: null, new: null, updated: null, passed: null, equal: null }),
  scores: t.readonlyArray(score),
  /** Why it failed; empty otherwise. */
  message: t.string,
  /** The received picture, in the folder of the report; undefined where it was not kept. */
  received: t.union([t.string, t.undefined]),
  /** The heat map, in the folder of the report. */
  heat: t.union([t.string, t.undefined]),
})

/** A score as the report shows it. */
export type RecordedScore = t.TypeOf<typeof score>

/**
 * The record of one comparison. Its status: 'failed'; 'new' and 'updated' where the reference was written; 'passed' where the pictures differ, but not too much (or enough, for
 * `.not`); 'equal' where they do not differ.
 */
export type ComparisonRecord = t.TypeOf<typeof record>

export type Status = ComparisonRecord['status']

/** The identifier of a comparison, the same in every run: 12 hexadecimal digits. */
export const recordId = ({ test, reference, isNot }: Pick<ComparisonRecord, 'test' | 'reference' | 'isNot'>): string =>
  createHash('sha256')
    .update(JSON.stringify([test, reference, isNot]))
    .digest('hex')
    .slice(0, 12)

/** The record as a line, with its end. */
export const encodeRecord = (comparison: ComparisonRecord): string => `${JSON.stringify(comparison)}\n`

/** The record in a line; none for anything else, such as the half of a line that a killed process leaves. */
export const decodeRecord = (line: string): O.Option<ComparisonRecord> => {
  try {
    return O.fromEither(record.decode(JSON.parse(line)))
  } catch {
    return O.none
  }
}
