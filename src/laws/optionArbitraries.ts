/**
 * Every metric, regularizer and transform of the package with the options that generated losses give it.
 *
 * Entries are derived from the definitions (`derivedEntries.ts`). Those written out here are tuned: small windows for small pictures, options of features with any number of channels,
 * and no options whose gradient is, on purpose, not the slope.
 */
import fc from 'fast-check'
import {
  blurred,
  builtInDefinitions,
  charbonnier,
  contextual,
  cosine,
  discriminator,
  focalFrequency,
  gmsd,
  gram,
  haarPsi,
  highPassed,
  hinge,
  huber,
  iwSsim,
  leastSquares,
  luma,
  mae,
  masked,
  msSsim,
  mse,
  nonSaturating,
  outOfRange,
  relativistic,
  resized,
  slicedWasserstein,
  squaredFrobenius,
  ssim,
  structureTexture,
  totalVariation,
  unitNormalized,
  vsi,
  wasserstein,
  weightedChannels,
  type Metric,
  type Regularizer,
  type Transform,
} from '../index.js'
import type { LooksAt, BuiltInLeaf, BuiltInTransform } from './builtInEntry.js'
import type { Definition, Kind } from '../core/json/definitionTable.js'
import { derivedLeaf, derivedTransform } from './derivedEntries.js'

interface LeafLimits<P> {
  readonly looksAt?: LooksAt
  /** Options that make it accept a picture of `minSide`, if it needs larger ones without options. */
  readonly plain?: Partial<P>
  readonly minSide?: number
}

/** An entry for a metric or regularizer: the generator of its options, and its inputs. */
const leaf = <P>(
  of: Metric<P> | Regularizer<P>,
  options: fc.Arbitrary<Partial<P>> = fc.constant({}),
  { looksAt = 'anything', minSide = 1, plain = {} }: LeafLimits<P> = {},
): BuiltInLeaf => ({
  id: of.definition.id,
  kind: of.definition.kind,
  looksAt,
  minSide,
  make: options.map((given) => of.with(given)),
  plain: (feature) => of(feature, plain),
})

/** An entry for a transform. */
const transform = <P>(
  of: Transform<P>,
  options: fc.Arbitrary<Partial<P>> = fc.constant({}),
  {
    looksAt = 'positions',
    keepsPositions = true,
    keepsSize = keepsPositions,
    minSide = 1,
  }: Partial<Omit<BuiltInTransform, 'id' | 'kind' | 'make' | 'plain'>> = {},
): BuiltInTransform => ({
  id: of.definition.id,
  kind: of.definition.kind,
  looksAt,
  keepsPositions,
  keepsSize,
  minSide,
  make: options.map((given) => of.with(given)),
  plain: (feature) => of(feature),
})

/** Powers of two from 1/16 to 4. */
const size = fc.integer({ min: -4, max: 2 }).map((exponent) => 2 ** exponent)

/** One number >= 0 for each channel of a picture. */
const channelWeights = fc.array(
  fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
  { minLength: 3, maxLength: 3 },
)

/** The exponents of one to three scales. */
const scaleWeights = fc.array(
  fc.integer({ min: 1, max: 8 }).map((n) => n / 8),
  { minLength: 1, maxLength: 3 },
)

const objective = fc.constantFrom('nonSaturating', 'leastSquares', 'hinge', 'wasserstein')

/** The side of an adversarial loss; any feature serves as logits. */
const side = fc.constantFrom('generator', 'real', 'fake')

/** Metrics and regularizers; the simplest first, because generated losses shrink towards it. */
const TUNED_LEAVES: readonly BuiltInLeaf[] = [
  leaf(mse),
  leaf(mae),
  leaf(charbonnier, fc.record({ epsilon: size, fromZero: fc.boolean() })),
  leaf(huber, fc.record({ delta: size })),
  leaf(cosine),
  leaf(squaredFrobenius),
  leaf(weightedChannels),
  leaf(weightedChannels, fc.record({ weights: channelWeights }), { looksAt: 'pictures' }),
  leaf(structureTexture, fc.record({ c1: size, c2: size }), { looksAt: 'positions' }),
  leaf(structureTexture, fc.record({ weights: fc.record({ alpha: channelWeights, beta: channelWeights }) }), { looksAt: 'pictures' }),
  // Not 'roundedLuma': its gradient is that of what is not rounded, no slope of its steps.
  leaf(ssim, fc.record({ window: fc.integer({ min: 1, max: 3 }), downsample: fc.constantFrom('none', 'auto') }), {
    looksAt: 'positions',
    minSide: 3,
    plain: { window: 3 },
  }),
  leaf(ssim, fc.record({ window: fc.constant(1), channels: fc.constantFrom('rgb', 'luma', 'y') }), { looksAt: 'pictures', plain: { window: 1 } }),
  leaf(ssim, fc.record({ window: fc.integer({ min: 5, max: 7 }), padding: fc.constantFrom('valid', 'reflect') }), {
    looksAt: 'pictures',
    minSide: 7,
    plain: { window: 7 },
  }),
  leaf(msSsim, fc.record({ window: fc.constant(1), like: fc.constantFrom('tensorflow', 'piq', 'pytorch-msssim') }), {
    looksAt: 'positions',
    plain: { window: 1 },
  }),
  leaf(msSsim, fc.record({ window: fc.constantFrom(1, 2), channels: fc.constantFrom('luma', 'y'), weights: scaleWeights }), {
    looksAt: 'pictures',
    minSide: 5,
    plain: { window: 1 },
  }),
  leaf(vsi, fc.record({ saliencySide: fc.constantFrom(16, 17) }), { looksAt: 'pictures', plain: { saliencySide: 16 } }),
  leaf(iwSsim, fc.record({ weights: fc.constantFrom([1, 1], [1, 2]) }), { looksAt: 'pictures', minSide: 21, plain: { weights: [1, 1] } }),
  leaf(gmsd, fc.record({ T: size }), { looksAt: 'pictures', minSide: 3 }),
  leaf(gmsd, fc.record({ T: size, channels: fc.constant('each' as const) }), { looksAt: 'positions', minSide: 3, plain: { channels: 'each' } }),
  leaf(haarPsi, fc.record({ C: size }), { looksAt: 'pictures' }),
  leaf(haarPsi, fc.record({ channels: fc.constant('each' as const) }), { looksAt: 'positions', plain: { channels: 'each' } }),
  leaf(contextual, fc.record({ bandwidth: size, like: fc.constantFrom('pytorch', 'original') })),
  leaf(slicedWasserstein, fc.record({ directions: fc.integer({ min: 1, max: 4 }), seed: fc.integer({ min: 1, max: 9 }) }), { plain: { directions: 3 } }),
  // Only alpha 0: the weights are taken as given, so the gradient of others is, as the authors have it, not the slope.
  leaf(focalFrequency, fc.record({ alpha: fc.constant(0), logMatrix: fc.boolean() }), { looksAt: 'positions' }),
  leaf(discriminator, fc.record({ objective })),
  leaf(relativistic, fc.record({ objective, side: fc.constantFrom('generator', 'discriminator') })),
  leaf(nonSaturating, fc.record({ side })),
  leaf(leastSquares, fc.record({ side })),
  leaf(hinge, fc.record({ side })),
  leaf(wasserstein, fc.record({ side })),
  leaf(outOfRange, fc.record({ min: size, max: size, norm: fc.constantFrom('l1', 'l2Squared') })),
  leaf(
    totalVariation,
    fc.record({
      norm: fc.constantFrom('l1', 'l2', 'l2Squared'),
      reduction: fc.constantFrom('mean', 'sum'),
    }),
    { looksAt: 'positions' },
  ),
]

/** Rectangles whose sides are quarters and halves of the picture's. */
const region = fc.record({
  top: fc.constantFrom(0, 0.25, 0.5),
  left: fc.constantFrom(0, 0.25, 0.5),
  height: fc.constantFrom(0.25, 0.5),
  width: fc.constantFrom(0.25, 0.5),
})

/** Transforms. */
const TUNED_TRANSFORMS: readonly BuiltInTransform[] = [
  transform(unitNormalized),
  transform(luma, fc.record({ levels: fc.constantFrom('full', 'limited') }), { looksAt: 'pictures' }),
  transform(blurred, fc.record({ sigma: size })),
  transform(highPassed, fc.record({ sigma: size })),
  transform(resized, fc.record({ scale: size, antialias: fc.boolean() }), { keepsSize: false }),
  {
    id: masked.definition.id,
    kind: 'transform',
    looksAt: 'positions',
    keepsPositions: true,
    keepsSize: true,
    minSide: 1,
    make: region.map((rectangle) => masked.with({ region: rectangle })),
    plain: (feature) => masked(feature, { region: { top: 0, left: 0, height: 0.5, width: 1 } }),
  },
  transform(gram, fc.record({ normalize: fc.constantFrom('elements', 'positions', 'none') }), {
    keepsPositions: false,
  }),
]

/** The built-in definitions of these kinds without an entry above. */
const others = (entries: readonly { readonly id: string }[], ...kinds: readonly Kind[]): readonly Definition[] =>
  builtInDefinitions.filter(({ definition: { id, kind } }) => kinds.includes(kind) && !entries.some((entry) => entry.id === id))

/** Every built-in metric and regularizer; the simplest first, for generated losses shrink towards it. */
export const builtInLeaves: readonly BuiltInLeaf[] = [...TUNED_LEAVES, ...others(TUNED_LEAVES, 'metric', 'regularizer').map(derivedLeaf)]

/** Every built-in transform. */
export const builtInTransforms: readonly BuiltInTransform[] = [...TUNED_TRANSFORMS, ...others(TUNED_TRANSFORMS, 'transform').map(derivedTransform)]
