import fc from 'fast-check'
import {
  against,
  charbonnier,
  cosine,
  discriminator,
  featureAt,
  gram,
  hinge,
  huber,
  leastSquares,
  mae,
  mean,
  mse,
  named,
  nonSaturating,
  pixels,
  relativistic,
  show,
  squaredFrobenius,
  sum,
  totalVariation,
  unitNormalized,
  wasserstein,
  weighted,
  type Feature,
  type Loss,
} from '../index.js'

type AnyLoss = Loss<string, string>
type AnyFeature = Feature<string, string>

/** Which losses to generate. */
export interface LossArbitraryOptions {
  /** The layers that features are taken at; none (the default) for losses that need no network. */
  readonly layers?: readonly string[]
  /** The references besides the target that comparisons may name; none. */
  readonly references?: readonly string[]
  /** The weights; small dyadic numbers, so that products and sums of weights are exact. */
  readonly weights?: fc.Arbitrary<number>
}

/** Weights n / 8 from -2 to 2: sums and products of a few are exact. */
export const dyadicWeight: fc.Arbitrary<number> = fc.integer({ min: -16, max: 16 }).map((n) => n / 8)

const activation = fc.constantFrom('post', 'pre')

/** Features [batch, height, width, channels]. */
const spatialFeature = (layers: readonly string[]): fc.Arbitrary<AnyFeature> => {
  const seen: fc.Arbitrary<AnyFeature> =
    layers.length === 0
      ? fc.constant(pixels)
      : fc.oneof(
          fc.constant(pixels),
          fc.tuple(fc.constantFrom(...layers), activation).map(([layer, side]) => featureAt(layer, { activation: layer.endsWith('_pool') ? 'post' : side })),
        )
  return fc.oneof({ weight: 3, arbitrary: seen }, { weight: 1, arbitrary: seen.map((feature) => unitNormalized(feature)) })
}

/** Any feature: spatial ones and their Grams. */
export const featureArbitrary = (layers: readonly string[] = []): fc.Arbitrary<AnyFeature> => {
  const spatial = spatialFeature(layers)
  const grams = fc.tuple(spatial, fc.constantFrom('elements', 'positions', 'none')).map(([feature, normalize]) => gram(feature, { normalize }))
  return fc.oneof({ weight: 2, arbitrary: spatial }, { weight: 1, arbitrary: grams })
}

const size = fc.integer({ min: -4, max: 2 }).map((exponent) => 2 ** exponent)

const objective = fc.constantFrom('nonSaturating', 'leastSquares', 'hinge', 'wasserstein')

const comparison = (feature: fc.Arbitrary<AnyFeature>): fc.Arbitrary<AnyLoss> =>
  fc.oneof(
    feature.map((f) => mse(f)),
    feature.map((f) => mae(f)),
    fc.tuple(feature, size, fc.boolean()).map(([f, epsilon, fromZero]) => charbonnier(f, { epsilon, fromZero })),
    fc.tuple(feature, size).map(([f, delta]) => huber(f, { delta })),
    feature.map((f) => cosine(f)),
    feature.map((f) => squaredFrobenius(f)),
    fc.tuple(feature, objective).map(([f, game]) => discriminator(f, { objective: game })),
    fc.tuple(feature, objective, fc.constantFrom('generator', 'discriminator')).map(([f, game, side]) => relativistic(f, { objective: game, side })),
  )

const smoothness = (feature: fc.Arbitrary<AnyFeature>): fc.Arbitrary<AnyLoss> =>
  fc
    .tuple(feature, fc.constantFrom('l1', 'l2', 'l2Squared'), fc.constantFrom('mean', 'sum'))
    .map(([f, norm, reduction]) => totalVariation(f, { norm, reduction }))

/** They judge logits, and any feature is as good as logits. */
const adversary = (feature: fc.Arbitrary<AnyFeature>): fc.Arbitrary<AnyLoss> =>
  fc
    .tuple(fc.constantFrom(nonSaturating, leastSquares, hinge, wasserstein), feature, fc.constantFrom('generator', 'real', 'fake'))
    .map(([regularizer, f, side]) => regularizer(f, { side }))

/** One metric or regularizer of one feature. */
export const leafArbitrary = ({ layers = [], references = [] }: LossArbitraryOptions = {}): fc.Arbitrary<AnyLoss> => {
  const compared = comparison(featureArbitrary(layers))
  const named: fc.Arbitrary<AnyLoss> =
    references.length === 0
      ? compared
      : fc.oneof(
          compared,
          fc.tuple(fc.constantFrom(...references), compared).map(([name, loss]) => against(name, loss)),
        )
  return fc.oneof(
    { weight: 4, arbitrary: named },
    { weight: 1, arbitrary: smoothness(spatialFeature(layers)) },
    { weight: 1, arbitrary: adversary(featureArbitrary(layers)) },
  )
}

/**
 * Losses of every built-in in every shape; they shrink to small ones.
 *
 * @example fc.assert(fc.property(lossArbitrary(), (loss) => lossEq.equals(sum(loss), loss)))
 */
export const lossArbitrary = (options: LossArbitraryOptions = {}): fc.Arbitrary<AnyLoss> => {
  const weight = options.weights ?? dyadicWeight
  const { loss } = fc.letrec<{ loss: AnyLoss }>((tie) => ({
    loss: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leafArbitrary(options),
      fc.tuple(weight, tie('loss')).map(([w, of]) => weighted(w, of)),
      fc.array(tie('loss'), { maxLength: 3 }).map((parts) => sum(...parts)),
      fc.array(tie('loss'), { minLength: 1, maxLength: 2 }).map(([first = sum(), ...rest]) => mean(first, ...rest)),
      fc.tuple(fc.constantFrom('content', 'style', 'smooth'), tie('loss')).map(([name, of]) => named(name, of)),
    ),
  }))
  return loss.map(readable)
}

/** The same loss, printed in a counterexample as the TypeScript that makes it. */
const readable = (loss: AnyLoss): AnyLoss => Object.freeze(Object.defineProperty({ ...loss }, 'toString', { value: () => show(loss) }))
