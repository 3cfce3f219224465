import { aListOf, aName, checkArgument } from '../core/arguments/guards.js'
import fc from 'fast-check'
import { against, blurred, featureAt, luma, mean, named, pixels, show, sum, weighted, type Feature, type Loss } from '../index.js'
import { builtInLeaves, builtInTransforms } from './optionArbitraries.js'
import { shrinking } from './shrinkingArbitrary.js'
import { simplerLosses } from './shrinkLosses.js'
import { checkOptions, type Accepted, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import type { BuiltInLeaf, LooksAt } from './builtInEntry.js'
import type { Picture } from '../core/language/feature.js'

type AnyLoss = Loss<string, string>
type AnyFeature = Feature<string, string>

/** Which losses to generate. */
export interface LossArbitraryOptions {
  /** The network layers to use; none by default, for losses that need no network. */
  readonly layers?: readonly string[]
  /** The references to use besides the target; none by default. */
  readonly references?: readonly string[]
  /** The weights; by default small dyadic numbers, so that products and sums of weights are exact. */
  readonly weights?: fc.Arbitrary<number>
  /** The smallest side of the features: metrics that need larger ones are left out. By default no metric is. */
  readonly minSide?: number
}

const NAMES = aListOf(aName, 'a list of names')
const A_SIDE: Accepted = { name: 'a number above 0', is: (value) => typeof value === 'number' && value > 0 }
const OPTIONS: AcceptedOptions = {
  layers: NAMES,
  references: NAMES,
  weights: { name: "an arbitrary of fast-check's", is: (value) => value instanceof fc.Arbitrary },
  minSide: A_SIDE,
}

/** Weights n / 8 from -2 to 2: sums and products of a few are exact. */
export const dyadicWeight: fc.Arbitrary<number> = fc.integer({ min: -16, max: 16 }).map((n) => n / 8)

const activation = fc.constantFrom('post', 'pre')

/** What networks look at: mostly pixels, and pictures made of them that keep their size. */
const view: fc.Arbitrary<Picture<string>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(pixels) },
  fc.constantFrom(blurred(pixels), luma(pixels), blurred(luma(pixels), { sigma: 0.5 })),
)

/** Pixels and layers. */
const networkFeature = (layers: readonly string[]): fc.Arbitrary<AnyFeature> =>
  layers.length === 0
    ? fc.constant(pixels)
    : fc.oneof(
        fc.constant(pixels),
        fc
          .tuple(fc.constantFrom(...layers), activation, view)
          .map(([layer, side, of]) => featureAt(layer, { activation: layer.endsWith('_pool') ? 'post' : side, of })),
      )

/** A feature, or one of these transforms of it. */
const orTransformed = (of: fc.Arbitrary<AnyFeature>, keepsPositions: boolean, minSide: number, mayShrink = true): fc.Arbitrary<AnyFeature> => {
  const transforms = builtInTransforms.filter((entry) => entry.keepsPositions === keepsPositions && entry.minSide <= minSide && (mayShrink || entry.keepsSize))
  const made = transforms.map(({ make, looksAt }) =>
    fc.tuple(looksAt === 'pictures' ? fc.constant(pixels) : of, make).map(([feature, transform]) => transform(feature)),
  )
  return made.length === 0 ? of : fc.oneof({ weight: 3, arbitrary: of }, { weight: keepsPositions ? 1 : 2, arbitrary: fc.oneof(...made) })
}

/** Features for metrics. */
const features = (layers: readonly string[], minSide: number, mayShrink = true): Readonly<Record<LooksAt, fc.Arbitrary<AnyFeature>>> => {
  const positions = orTransformed(networkFeature(layers), true, minSide, mayShrink)
  return { pictures: fc.constant(pixels), positions, anything: orTransformed(positions, false, minSide) }
}

/** Any feature: pixels, layers, and their transforms. */
export const featureArbitrary = (layers: readonly string[] = [], minSide = Infinity): fc.Arbitrary<AnyFeature> => {
  checkArgument('The layers of featureArbitrary', layers, NAMES)
  checkArgument('The smallest side of featureArbitrary', minSide, A_SIDE)
  return features(layers, minSide).anything
}

/** One metric or regularizer of one feature. */
export const leafArbitrary = (options: LossArbitraryOptions = {}): fc.Arbitrary<AnyLoss> => {
  checkOptions('lossArbitrary', options, OPTIONS)
  const { layers = [], references = [], minSide = Infinity } = options
  const seen = features(layers, minSide)
  // A metric with a smallest side never receives a feature below `minSide`.
  const unshrunk = minSide === Infinity ? seen : features(layers, minSide, false)
  const one = ({ make, looksAt, minSide: least }: BuiltInLeaf) => fc.tuple(make, (least > 1 ? unshrunk : seen)[looksAt]).map(([of, feature]) => of(feature))
  const leaf = fc.oneof(...builtInLeaves.filter((entry) => entry.minSide <= minSide).map(one))
  const compared =
    references.length === 0
      ? leaf
      : fc.oneof(
          leaf,
          fc.tuple(fc.constantFrom(...references), leaf).map(([name, loss]) => against(name, loss)),
        )
  return shrinking(compared, simplerLosses).map(readable)
}

/**
 * Generates losses from every built-in definition in every structure; they shrink to small ones.
 *
 * @example fc.assert(fc.property(lossArbitrary(), (loss) => lossEq.equals(sum(loss), loss)))
 */
export const lossArbitrary = (options: LossArbitraryOptions = {}): fc.Arbitrary<AnyLoss> => {
  checkOptions('lossArbitrary', options, OPTIONS)
  const weight = options.weights ?? dyadicWeight
  const { loss } = fc.letrec<{ loss: AnyLoss }>((tie) => ({
    loss: fc.oneof(
      { depthSize: 'small' },
      leafArbitrary(options),
      fc.tuple(weight, tie('loss')).map(([w, of]) => weighted(w, of)),
      fc.array(tie('loss'), { maxLength: 3 }).map((parts) => sum(...parts)),
      fc.array(tie('loss'), { minLength: 1, maxLength: 2 }).map(([first = sum(), ...rest]) => mean(first, ...rest)),
      fc.tuple(fc.constantFrom('content', 'style', 'smooth'), tie('loss')).map(([name, of]) => named(name, of)),
    ),
  }))
  return shrinking(loss, simplerLosses).map(readable)
}

/** The same loss, printed in a counterexample as the TypeScript that makes it. */
const readable = (loss: AnyLoss): AnyLoss => Object.freeze(Object.defineProperty({ ...loss }, 'toString', { value: () => show(loss) }))
