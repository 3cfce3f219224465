/**
 * `perceptual-loss/reports`: reports of many compared pairs, which merge exactly.
 */
export { reportMonoid, reportOf, type FailureSummary, type Report } from './report.js'
export { reportEq } from './reportEq.js'
export { statistics, type Scored, type ScoreSummary, type Statistics } from './summary.js'
export type { Dyadic } from './dyadic.js'
export { encodeReport, type ReportDocument, type ScoredJson, type ScoreJson, type ScoreValueJson } from './encodeReport.js'
export { decodeReport, decodeResult, tryDecodeReport, tryDecodeResult } from './decodeReport.js'
export type { FailedPair, MeasuredPair, PairResult } from './result.js'
