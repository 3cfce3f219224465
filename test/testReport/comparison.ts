import type { ComparisonRecord } from '../../src/testReport/comparisonRecord.js'

/** A failed comparison, or another. */
export const comparison = (parts: Partial<ComparisonRecord>): ComparisonRecord => ({
  version: 1,
  time: 0,
  test: 'app.test.ts: the app',
  reference: 'looks/a.png',
  isNot: false,
  status: 'failed',
  scores: [],
  message: '',
  received: undefined,
  heat: undefined,
  ...parts,
})
