/**
 * `perceptual-loss/laws`: property tests for your own losses: generators of losses and pictures, and laws as tests (fast-check is an optional peer).
 */
export { dyadicWeight, featureArbitrary, leafArbitrary, lossArbitrary, type LossArbitraryOptions } from './lossArbitrary.js'
export { builtInLeaves, builtInTransforms } from './optionArbitraries.js'
export { type BuiltInLeaf, type BuiltInTransform, type LooksAt } from './builtInEntry.js'
export { imagePairArbitrary, type ImagePair, type ImagePairOptions } from './imagePairArbitrary.js'
export type { PairKind, PictureShape } from './pictures.js'
export { checkLaws, type LawBroken, type LawHeld, type LawOptions, type LawReport } from './checkLaws.js'
export { lossLaws, metricLaws, type LawTestOptions, type Runner } from './lossLaws.js'
export { LAWS, type ClaimedLaw, type Law, type LawCase, type LawDefinition, type UniversalLaw } from './law.js'
export { subjectsOf, type Checkable, type FeatureToLoss, type Handwritten, type Picture, type Subject } from './subject.js'
