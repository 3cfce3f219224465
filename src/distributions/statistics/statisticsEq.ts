/** Equality of statistics. */
import type { eq as Eq } from 'fp-ts'
import { encodeStatistics } from './encodeStatistics.js'
import type { FeatureStatistics } from './featureStatistics.js'

/** Equal bit for bit, independent of the order of pictures. */
export const statisticsEq: Eq.Eq<FeatureStatistics> = { equals: (a, b) => JSON.stringify(encodeStatistics(a)) === JSON.stringify(encodeStatistics(b)) }
