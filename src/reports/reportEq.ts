/** Equality of reports. */
import type { eq as Eq } from 'fp-ts'
import type { Report } from './report.js'
import { encodeReport } from './encodeReport.js'

/** Equal to the bit, whatever order the pairs came in. */
export const reportEq: Eq.Eq<Report> = { equals: (a, b) => JSON.stringify(encodeReport(a)) === JSON.stringify(encodeReport(b)) }
