/** Equality of reports. */
import type { eq as Eq } from 'fp-ts'
import type { Report } from './report.js'
import { encodeReport } from './encodeReport.js'

/** Equal bit for bit, independent of the order of pairs. */
export const reportEq: Eq.Eq<Report> = { equals: (a, b) => JSON.stringify(encodeReport(a)) === JSON.stringify(encodeReport(b)) }
