/**
 * perceptual-loss: losses as values, compiled into one differentiable function over one shared network.
 *
 * The comment above a block of exports, here and in the rooms' index files, is its category in the reference.
 */
// features
export * from './layers/features/index.js'

// metrics and regularizers
export * from './metrics/index.js'

// scores
export { psnrOf } from './metrics/psnr.js'
export { scores, type PsnrOptions, type ScoreOptions } from './recipes/scores.js'

// combinators
export { sum } from './combinators/sum.js'
export { weighted } from './combinators/weighted.js'
export { mean } from './combinators/mean.js'
export { named } from './combinators/named.js'
export { against } from './combinators/against.js'
export { getLossMonoid, lossEq, lossMonoid, lossOrd, lossShow } from './combinators/instances.js'

// recipes
export { perceptual } from './recipes/perceptual.js'
export { johnsonContent, johnsonStyle } from './recipes/johnson.js'
export { laplacianPyramid, type LaplacianPyramidOptions } from './recipes/laplacianPyramid.js'
export { gatysStyle } from './recipes/gatys.js'
export { lpips, type LpipsOptions } from './recipes/lpips.js'
export { aDists } from './recipes/aDists.js'
export { stLpips } from './recipes/stLpips.js'
export { dists } from './recipes/dists.js'
export { dinoPerceptual, type DinoPerceptualOptions } from './recipes/dinoPerceptual.js'
export { dreamsim, type DreamsimOptions } from './recipes/dreamsim.js'
export { wassersteinDistortion, type WassersteinDistortionOptions } from './recipes/wassersteinDistortion.js'
export { esrgan, realEsrgan, type EsrganOptions } from './recipes/esrgan.js'

// extractors
export * from './layers/networks/index.js'
export type { Network, WeightsOptions } from './layers/networks/loadNetwork.js'
export { mergeExtractors, tryMergeExtractors } from './layers/networks/mergeExtractors.js'
export { convertWeights, tryConvertWeights, type ConvertedWeights, type ConvertOptions } from './layers/networks/convertWeights.js'
export { fromGraphModel, tryFromGraphModel, type GraphModelOptions } from './layers/models/fromGraphModel.js'
export { fromLayersModel, tryFromLayersModel, type LayersModelOptions } from './layers/models/fromLayersModel.js'
export type { ModelInput } from './layers/models/modelInput.js'
export type { WeightsNote } from './layers/weights/matchWeights.js'
export type { ByteSource, DownloadProgress } from './layers/weights/bytes.js'
export type { Preprocessing } from './layers/architecture/preprocessing.js'

// interpreters
export { compile, tryCompile } from './core/compile/compile.js'
export { type CompiledLoss, type CompileOptions, type Given, type Needs, type PreparedLoss } from './core/compile/compiledLoss.js'
export type { BreakdownRow } from './core/compile/compiledLoss.js'
export type { FeatureJson, LossDocument, LossJson } from './core/json/document.js'
export type { DecodeOptions } from './core/json/decode.js'
export type { Definition } from './core/json/definitionTable.js'
export { decode, decodeText, encode, lossSchema, tryDecode, tryDecodeText } from './json.js'
export { builtInDefinitions } from './builtInDefinitions.js'
export { laws, type LawName, type Laws } from './core/language/laws.js'
export { show } from './core/language/show.js'
export {
  explain,
  tryExplain,
  type ExplainedFeature,
  type ExplainedFlops,
  type ExplainedTerm,
  type ExplainOptions,
  type Explanation,
} from './core/explain/explain.js'
export { showExplanation } from './core/explain/describe.js'
export type { PeakMemory } from './core/explain/peakMemory.js'
export type { TileProgress } from './core/tiling/passes.js'
export type { Tiling } from './core/tiling/tiledEvaluation.js'
export { toLatex } from './core/notation/latex.js'
export { toMermaid } from './core/notation/mermaid.js'
export { normalize, type NormalizeOptions } from './core/language/normalize.js'
export { diffLosses, showDiff, type LossDiff, type Reweighted, type WeightedLeaf } from './core/language/diff.js'
export { mapFeatures, mapWeights, traverseFeatures, traverseWeights, type TraverseLoss, type WeightAt } from './core/language/traverse.js'
export { terms, type Term } from './core/language/terms.js'

// weights
export { balanceWeights, tryBalanceWeights, type BalanceOptions, type SamplePair } from './core/weights/balanceWeights.js'
export { fitWeights, tryFitWeights, type Certificate, type FittedWeights, type FitOptions, type Judgment } from './core/weights/fitWeights.js'
export type { Shares } from './core/weights/shares.js'

// defining your own
export {
  defineMetric,
  defineRegularizer,
  defineTransform,
  type Metric,
  type MetricOfSeveral,
  type MetricSpec,
  type Regularizer,
  type RegularizerSpec,
  type Transform,
  type TransformSpec,
} from './core/define/define.js'
export type { Aggregation, TermTiling, TilingPart, TransformTiling, NotTileable } from './core/language/tilingRule.js'
export type { ReceptiveField } from './core/language/receptiveField.js'
export { differentiable, type Differentiated } from './core/tensors/differentiable.js'

// backends
export { restartBackend } from './core/tensors/backend.js'
export { registerWasmKernels } from './layers/kernels/wasm/registerWasmKernels.js'

// errors
export { type JsonProblem, type LossError, type OptionProblem } from './core/errors/lossError.js'
export { LossException } from './core/errors/lossException.js'
export { describeError } from './core/errors/errorMessages.js'
export { type Shape } from './core/errors/shape.js'

// types
export type { Activation, Feature, Pooling, Tap } from './core/language/feature.js'
export type { Cost, Extractor, LayerCost, Unfit } from './core/language/extractor.js'
export type { Range } from './core/tensors/valueRange.js'
export type { Leaf, Loss, Target } from './core/language/loss.js'
export type { Interval, MetricLaws, RegularizerLaws } from './core/language/definition.js'
