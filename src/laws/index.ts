/**
 * `perceptual-loss/laws`: generators of losses and pictures for property tests (fast-check is an optional peer).
 */
export { dyadicWeight, featureArbitrary, leafArbitrary, lossArbitrary, type LossArbitraryOptions } from './lossArbitrary.js'
export { imagePairArbitrary, type ImagePair, type ImagePairOptions, type PairKind } from './imagePairArbitrary.js'
