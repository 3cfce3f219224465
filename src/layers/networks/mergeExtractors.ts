/**
 * Several networks as one extractor.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { getOrThrow, type LossError } from '../../core/errors/error.js'
import { costOf, type AnyExtractor, type Extractor, type Input } from '../../core/language/extractor.js'
import { argumentProblem } from '../../core/arguments/guards.js'
import type { Tap } from '../../core/language/feature.js'
import type { Shape } from '../../core/errors/shape.js'
import { anExtractor } from '../../core/language/lossGuards.js'

/** Says at compile time which names both extractors have; where names are not known, `merge` looks when it is called. */
type Disjoint<A extends string, B extends string> = string extends A | B ? unknown : [A & B] extends [never] ? unknown : { readonly layersInBoth: A & B }

/**
 * Offers the layers of both extractors; a Left names a layer that both have.
 *
 * @example pipe(tryMergeExtractors(await vgg16(), await alexnet()), E.match(describeError, (extractor) => extractor.name))
 */
export const tryMergeExtractors = <A extends string, B extends string>(
  a: Extractor<A>,
  b: Extractor<B> & Disjoint<A, B>,
): E.Either<LossError, Extractor<A | B>> => {
  const problem = argumentProblem('The first argument of merge', a, anExtractor) ?? argumentProblem('The second argument of merge', b, anExtractor)
  if (problem !== undefined) return E.left(problem)
  const shared = [...a.layers.filter(isLayerOf(b)), ...b.layers.filter(isLayerOf(a))][0]
  return shared === undefined ? E.right(merged(a, b)) : E.left({ _tag: 'LayerInBoth', layer: shared, extractors: [a.name, b.name] })
}

/**
 * Offers the layers of both extractors, so that one loss can look at both networks: LPIPS over AlexNet beside content over VGG16, or a discriminator beside VGG16.
 *
 * Each network runs once for what is asked of it, and not at all where nothing is. A live part stays live, a frozen one frozen. The merged extractor takes over both:
 * its `dispose` disposes of both; a part that was disposed of by itself is detected, and named.
 *
 * @throws LossException `LayerInBoth`, for a name would mean two layers (a type error where the names are known).
 * @example
 * const extractor = mergeExtractors(await vgg16(), fromLayersModel(discriminator, { layers: ['logits'], live: true }))
 * const f = compile(sum(perceptual(), nonSaturating(featureAt('logits'))), extractor)
 */
export const mergeExtractors = <A extends string, B extends string>(a: Extractor<A>, b: Extractor<B> & Disjoint<A, B>): Extractor<A | B> =>
  getOrThrow(tryMergeExtractors(a, b))

const isLayerOf =
  ({ resolve }: AnyExtractor) =>
  (layer: string): boolean =>
    resolve({ layer, activation: 'post', pooling: 'max' }) !== undefined

const merged = <A extends string, B extends string>(a: Extractor<A>, b: Extractor<B>): Extractor<A | B> => {
  const parts: readonly AnyExtractor[] = [a, b]
  const ownerOf = ({ layer }: Tap): AnyExtractor => parts.find(isOwner(layer)) ?? a
  /** What each part is asked, without those that are asked nothing. */
  const asked = (taps: readonly Tap[]) => parts.map((part) => ({ part, own: taps.filter((tap) => ownerOf(tap) === part) })).filter(({ own }) => own.length > 0)
  return Object.freeze({
    name: `${a.name} + ${b.name}`,
    live: a.live || b.live,
    parts,
    layers: [...a.layers, ...b.layers],
    resolve: (tap: Tap) => {
      const [first, second] = [a.resolve(tap), b.resolve(tap)]
      return first !== undefined && second !== undefined ? { reason: `both ${a.name} and ${b.name} have that name` } : (first ?? second)
    },
    shapeOf: (images: Shape, tap: Tap) => ownerOf(tap).shapeOf(images, tap),
    sees: (tap: Tap) => ownerOf(tap).sees?.(tap),
    features: (images: Tensor4D, taps: readonly Tap[], input: Input) => {
      const seen = asked(taps).flatMap(({ part, own }) => part.features(images, own, input).map((value, i) => ({ tap: own[i], value })))
      return taps.flatMap((tap) => seen.find((one) => one.tap === tap)?.value ?? [])
    },
    ready: (taps: readonly Tap[]) => {
      asked(taps).forEach(({ part, own }) => {
        part.ready(own)
      })
    },
    cost: (images: Shape, taps: readonly Tap[]) => costOf(asked(taps).flatMap(({ part, own }) => part.cost(images, own).layers)),
    isDisposed: () => parts.some((part) => part.isDisposed()),
    dispose: () => {
      parts.forEach((part) => {
        part.dispose()
      })
    },
  })
}

const isOwner =
  (layer: string) =>
  ({ layers }: AnyExtractor): boolean =>
    layers.includes(layer)
