/**
 * Several networks as one extractor.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { costOf, type AnyExtractor, type Extractor, type Input } from '../../core/language/extractor.js'
import { argumentProblem } from '../../core/arguments/guards.js'
import type { Tap } from '../../core/language/feature.js'
import type { Shape } from '../../core/errors/shape.js'
import { anExtractor } from '../../core/language/lossGuards.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** Shows at compile time which names both extractors have; unknown names are checked at run time. */
type Disjoint<A extends string, B extends string> = string extends A | B ? unknown : [A & B] extends [never] ? unknown : { readonly layersInBoth: A & B }

/**
 * Combines two extractors into one with the layers of both; a Left names a layer that both have.
 *
 * @example pipe(tryMergeExtractors(await vgg16(), await alexnet()), E.match(describeError, (extractor) => extractor.name))
 */
export const tryMergeExtractors = <A extends string, B extends string>(
  a: Extractor<A>,
  b: Extractor<B> & Disjoint<A, B>,
): E.Either<LossError, Extractor<A | B>> => {
  const problem =
    argumentProblem('The first argument of mergeExtractors', a, anExtractor) ?? argumentProblem('The second argument of mergeExtractors', b, anExtractor)
  if (problem !== undefined) return E.left(problem)
  const shared = [...a.layers.filter(isLayerOf(b)), ...b.layers.filter(isLayerOf(a))][0]
  return shared === undefined ? E.right(merged(a, b)) : E.left({ _tag: 'LayerInBoth', layer: shared, extractors: [a.name, b.name] })
}

/**
 * Combines two extractors into one with the layers of both, so that one loss can use both networks: LPIPS over AlexNet with content over VGG16, or a discriminator with VGG16.
 *
 * Each network runs once if its layers are used, and otherwise not at all. A live part stays live, a frozen one frozen. The merged extractor owns both:
 * its `dispose` disposes of both; an error names a part that was disposed of separately.
 *
 * @throws LossException `LayerInBoth` for a name that both have (a type error if the names are known).
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
  /** The taps of each part, without unused parts. */
  const asked = (taps: readonly Tap[]) => parts.map((part) => ({ part, own: taps.filter((tap) => ownerOf(tap) === part) })).filter(({ own }) => own.length > 0)
  return Object.freeze({
    name: `${a.name} + ${b.name}`,
    live: a.live || b.live,
    parts,
    layers: [...a.layers, ...b.layers],
    resolve: (tap: Tap) => {
      const [first, second] = [a.resolve(tap), b.resolve(tap)]
      return first !== undefined && second !== undefined ? { reason: `both ${a.name} and ${b.name} have a layer of this name` } : (first ?? second)
    },
    shapeOf: (images: Shape, tap: Tap) => ownerOf(tap).shapeOf(images, tap),
    receptiveField: (tap: Tap) => ownerOf(tap).receptiveField?.(tap),
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
