/**
 * Records comparisons for the report of a run, where a reporter asks for it.
 *
 * Law: of several comparisons of a test with one reference, the last one counts, but a failed one by `expect.soft`, after which the test goes on, is not hidden by a better one.
 */
import { recordId, type ComparisonRecord, type Status } from '../testReport/comparisonRecord.js'
import { STATUSES } from '../testReport/headline.js'
import { activeFolder, appendRecord, keepPicture, recordedPath } from '../testReport/recordFolder.js'
import { scoreText, type Score } from './boundScores.js'
import { pictureFormat } from './pictureFormat.js'
import type { Source } from './received.js'
import { countsFor } from './testState.js'
import type { Places, Run } from './testRun.js'

/** The result of a matcher. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** The verdict on a comparison whose test has failed because it did not wait for it. */
export const notAwaited = (isNot: boolean): Verdict => ({ pass: !isNot, message: () => 'toLookLike was not awaited' })

/** A verdict, and how it came about. */
export interface Judged extends Verdict {
  readonly found: 'equal' | 'different' | 'new' | 'updated'
  readonly scores: readonly Score[]
  /** Whether a heat map was written. */
  readonly heat: boolean
}

/** A comparison that is recorded. */
interface Recorded {
  readonly places: Places
  readonly source: Promise<Source>
  readonly isNot: boolean
}

/** Runs a comparison and records it: its verdict, or its error. Equal pictures are not copied. */
export const recorded = async (run: Run, comparison: Recorded, judge: () => Promise<Judged>): Promise<Verdict> => {
  const folder = run.report ?? activeFolder()
  if (folder === undefined) return judge()
  const keep = (status: Status, judged: Pick<Judged, 'scores' | 'heat'>, message = ''): Promise<void> =>
    inTurn(() => addRecord(folder, run, comparison, { status, ...judged, message }))
  try {
    const judged = await judge()
    const failed = judged.pass === comparison.isNot
    if (failed) await keep('failed', judged, judged.message())
    else await keep(judged.found === 'different' ? 'passed' : judged.found, judged)
    return judged
  } catch (error) {
    await keep('failed', { scores: [], heat: false }, error instanceof Error ? error.message : String(error))
    throw error
  }
}

let last: Promise<unknown> = Promise.resolve()

/** One record after the other, for two of one comparison have the same picture files. */
const inTurn = (add: () => Promise<void>): Promise<void> => {
  const added = last.then(add)
  last = added.catch(() => undefined)
  return added
}

/** What a record says besides names and pictures. */
interface Said extends Pick<Judged, 'scores' | 'heat'> {
  readonly status: Status
  readonly message: string
}

const addRecord = async (folder: string, run: Run, { places, source, isNot }: Recorded, { status, message, scores, heat }: Said): Promise<void> => {
  const named = { test: run.label, reference: recordedPath(places.reference), isNot }
  const id = recordId(named)
  if (!countsFor(run.id, id, STATUSES.indexOf(status), run.hasFailed())) return
  const record: ComparisonRecord = {
    version: 1,
    time: Date.now(),
    ...named,
    status,
    scores: scores.map(({ bound, score, within }) => ({ name: bound.name, ...scoreText(bound, score), within })),
    message,
    // The picture of an equal comparison is its reference; a written one is, too.
    received: status === 'failed' || status === 'passed' ? await received(folder, id, source) : undefined,
    heat: heat ? await keepPicture(folder, `${id}-heat.png`, places.heat) : undefined,
  }
  appendRecord(folder, record)
}

/** Keeps the file of the received picture; undefined for tensors and for what is not there. */
const received = async (folder: string, id: string, source: Promise<Source>): Promise<string | undefined> => {
  const known = await source.catch(() => undefined)
  return known !== undefined && 'file' in known ? keepPicture(folder, `${id}-received.${pictureFormat(known.file)}`, known.file) : undefined
}
