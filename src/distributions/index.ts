/**
 * `perceptual-loss/distributions`: distances between two sets of pictures, by which generators are judged and trained.
 */
export { frechet } from './frechet.js'
export { kernelDistance, type KernelDistance, type KernelDistanceOptions } from './kernelDistance.js'
export { precisionRecall, type PrecisionRecall, type PrecisionRecallOptions } from './precisionRecall.js'
export { statisticsMonoid, statisticsOf, type FeatureStatistics, type StatisticsOptions } from './statistics/featureStatistics.js'
export { statisticsEq } from './statistics/statisticsEq.js'
export { encodeStatistics, type StatisticsDocument, type SumsJson } from './statistics/encodeStatistics.js'
export { decodeStatistics, tryDecodeStatistics } from './statistics/decodeStatistics.js'
export type { ExactSums } from './statistics/exactSums.js'
export type { FeatureSample, SampledFeature } from './statistics/featureSample.js'
export { measureFeatures, type MeasureBatch, type MeasureOptions } from './measureFeatures.js'
export { frechetLoss, type FrechetLoss } from './frechetLoss.js'
export type { RowOptions } from './featureRows.js'
