/**
 * The result of a run in one line.
 */
import type { Status } from './comparisonRecord.js'

/** The statuses, in the order of a report. */
export const STATUSES: readonly Status[] = ['failed', 'new', 'updated', 'passed', 'equal']

/** What each status is called after a number. */
const COUNTED: Readonly<Record<Status, string>> = { failed: 'failed', new: 'new', updated: 'updated', passed: 'within bounds', equal: 'equal' }

interface Counted {
  readonly status: Status
}

/** Such as '2 of 5 comparisons failed'. */
export const headline = (comparisons: readonly Counted[]): string => {
  const failed = comparisons.filter(({ status }) => status === 'failed').length
  if (comparisons.length === 0) return 'No pictures were compared by toLookLike'
  const all = `${String(comparisons.length)} comparison${comparisons.length === 1 ? '' : 's'}`
  return failed === 0 ? `${all}, none failed` : `${String(failed)} of ${all} failed`
}

/** Such as '2 failed, 1 new, 2 equal'. */
export const counts = (comparisons: readonly Counted[]): string =>
  STATUSES.flatMap((status) => {
    const count = comparisons.filter((one) => one.status === status).length
    return count === 0 ? [] : [`${String(count)} ${COUNTED[status]}`]
  }).join(', ')
