/**
 * Traversals of a loss: read, change or check its weights and features in place.
 *
 * Both are lawful traversals: the identity changes nothing; visiting with f and then with g equals visiting once with both, in the order of the text. Each leaf
 * and each named loss has its own weight, by default 1; each leaf has one feature, or those that its metric compares together.
 */
import { aFunction, aRecordOf, checkArgument } from '../arguments/guards.js'
import { identity as I, type applicative, type hkt } from 'fp-ts'
import type { AnyFeature, Feature } from './feature.js'
import { foldLoss } from './fold.js'
import { featuresOf, type AnyLoss, type Leaf, type Loss } from './loss.js'
import { add, compare, name, regularize, scale } from './build.js'

/** The place of a weight in a loss. */
export interface WeightAt {
  /** The names around it, outermost first; for the weight of a named loss its own name is the last. */
  readonly names: readonly string[]
  /** The leaf that it multiplies; undefined for the weight of a named loss. */
  readonly leaf: Leaf<string, string> | undefined
}

/** A traversal of the parts `A` of a loss, in fp-ts' form: visits each with an effect, and builds a loss from the results. */
export interface TraverseLoss<A, At extends readonly unknown[]> {
  <F extends hkt.URIS2>(F: applicative.Applicative2<F>): <E>(f: (part: A, ...at: At) => hkt.Kind2<F, E, A>) => (loss: AnyLoss) => hkt.Kind2<F, E, AnyLoss>
  <F extends hkt.URIS2, E>(F: applicative.Applicative2C<F, E>): (f: (part: A, ...at: At) => hkt.Kind2<F, E, A>) => (loss: AnyLoss) => hkt.Kind2<F, E, AnyLoss>
  <F extends hkt.URIS>(F: applicative.Applicative1<F>): (f: (part: A, ...at: At) => hkt.Kind<F, A>) => (loss: AnyLoss) => hkt.Kind<F, AnyLoss>
  <F>(F: applicative.Applicative<F>): (f: (part: A, ...at: At) => hkt.HKT<F, A>) => (loss: AnyLoss) => hkt.HKT<F, AnyLoss>
}

/**
 * Visits every weight of a loss with an effect: `f` receives the weight and its place.
 *
 * `{ modifyF: traverseWeights }` is a `Traversal` of monocle-ts.
 *
 * @throws LossException `BadWeight` if `f` returns a weight that is not finite.
 * @example traverseWeights(option.Applicative)((w) => (w > 0 ? option.some(w / 2) : option.none))(loss)
 */
export const traverseWeights = (<F>(F: applicative.Applicative<F>) =>
  (f: (weight: number, at: WeightAt) => hkt.HKT<F, number>) =>
  (loss: AnyLoss): hkt.HKT<F, AnyLoss> => {
    needEffect('traverseWeights', F, f)
    type Down = (own: number, names: readonly string[]) => hkt.HKT<F, AnyLoss>
    const weigh = (own: number, leaf: Leaf<string, string>, names: readonly string[]) => F.map(f(own, { names, leaf }), (weight) => scale(weight, leaf))
    return foldLoss<Down>({
      compare: (leaf) => (own, names) => weigh(own, leaf, names),
      regularize: (leaf) => (own, names) => weigh(own, leaf, names),
      weighted:
        (of, { weight }) =>
        (own, names) =>
          of(own * weight, names),
      sum: (of) => (own, names) => F.map(inOrder(F)(of.map((part) => () => part(own, names))), add),
      named:
        (of, { name: label }) =>
        (own, names) => {
          const inside = [...names, label]
          const wrap = F.map(
            f(own, { names: inside, leaf: undefined }),
            (weight) =>
              (inner: AnyLoss): AnyLoss =>
                scale(weight, name(label, inner)),
          )
          return F.ap(wrap, of(1, inside))
        },
    })(loss)(1, [])
  }) as TraverseLoss<number, [at: WeightAt]>

/**
 * Visits the feature of every leaf with an effect.
 *
 * `{ modifyF: traverseFeatures }` is a `Traversal` of monocle-ts.
 *
 * @example traverseFeatures(either.Applicative)((feature) => (feature._tag === 'Pixels' ? either.left('uses pixels') : either.right(feature)))(loss)
 */
export const traverseFeatures = (<F>(F: applicative.Applicative<F>) =>
  (f: (feature: AnyFeature) => hkt.HKT<F, AnyFeature>) => {
    needEffect('traverseFeatures', F, f)
    return foldLoss<hkt.HKT<F, AnyLoss>>({
      compare: (leaf) =>
        F.map(inOrder(F)(featuresOf(leaf).map((feature) => () => f(feature))), ([first = leaf.feature, ...beside]): AnyLoss =>
          compare(leaf.metric, first, leaf.reference, beside),
        ),
      regularize: ({ regularizer, feature }) => F.map(f(feature), (changed): AnyLoss => regularize(regularizer, changed)),
      weighted: (of, { weight }) => F.map(of, (loss) => scale(weight, loss)),
      sum: (of) => F.map(inOrder(F)(of.map((part) => () => part)), add),
      named: (of, { name: label }) => F.map(of, (loss) => name(label, loss)),
    })
  }) as TraverseLoss<AnyFeature, []>

const needEffect = (who: string, F: unknown, f: unknown): void => {
  checkArgument(`The applicative of ${who}`, F, anApplicative)
  checkArgument(`The function of ${who}`, f, aFunction)
}

const anApplicative = aRecordOf('an applicative of fp-ts, such as option.Applicative', 'map', 'ap', 'of')

/** A list, its last element first: one longer takes no copy. */
type Backwards<A> = { readonly last: A; readonly before: Backwards<A> } | undefined

const forwards = <A>(list: Backwards<A>): readonly A[] => {
  const all: A[] = []
  for (let rest = list; rest !== undefined; rest = rest.before) all.push(rest.last)
  return all.reverse()
}

/** Runs effects in order, with their results in a list. */
const inOrder =
  <F>(F: applicative.Applicative<F>) =>
  <A>(effects: readonly (() => hkt.HKT<F, A>)[]): hkt.HKT<F, readonly A[]> => {
    const collected = effects.reduce<hkt.HKT<F, Backwards<A>>>(
      (done, effect) =>
        F.ap(
          F.map(done, (before) => (last: A): Backwards<A> => ({ last, before })),
          effect(),
        ),
      F.of(undefined),
    )
    return F.map(collected, forwards)
  }

/**
 * Returns the loss with every weight changed by `f`, which also receives the place of the weight.
 *
 * @throws LossException `BadWeight` if `f` returns a weight that is not finite.
 * @example mapWeights((weight, { names }) => (names.at(-1) === 'style' ? 2 * weight : weight))(loss)
 */
export const mapWeights = (f: (weight: number, at: WeightAt) => number) => {
  checkArgument('The argument of mapWeights', f, aFunction)
  return <L extends string, R extends string>(loss: Loss<L, R>): Loss<L, R> => traverseWeights(I.Applicative)(f)(loss) as Loss<L, R>
}

/**
 * Returns the loss with the feature of every leaf changed by `f`.
 *
 * @example mapFeatures((feature) => unitNormalized(feature))(perceptual())
 */
export const mapFeatures = <L2 extends string, R2 extends string>(f: (feature: AnyFeature) => Feature<L2, R2>) => {
  checkArgument('The argument of mapFeatures', f, aFunction)
  return <R extends string>(loss: Loss<string, R>): Loss<L2, R | R2> => traverseFeatures(I.Applicative)(f)(loss) as Loss<L2, R | R2>
}
