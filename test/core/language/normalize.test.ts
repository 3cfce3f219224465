/** The order, the normal form, differences, and ways into a loss: their laws over generated losses, 1,000 runs each. */
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { const as C, either as E, identity as I, monoid, option as O, ord, readonlyArray as RA, string as S } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import {
  against,
  compile,
  cosine,
  defineMetric,
  diffLosses,
  featureAt,
  gram,
  LossException,
  lossEq,
  lossMonoid,
  lossOrd,
  mae,
  mapFeatures,
  mapWeights,
  mse,
  named,
  normalize,
  perceptual,
  pixels,
  show,
  showDiff,
  sum,
  terms,
  totalVariation,
  traverseFeatures,
  traverseWeights,
  unitNormalized,
  weighted,
  type Feature,
  type Loss,
} from '../../../src/index.js'
import { dyadicWeight, lossArbitrary } from '../../../src/laws/index.js'
import { runs } from '../../support/full.js'
import { edges } from '../../support/acme.js'
import { noise } from '../../support/images.js'
import { norm } from '../../support/tensors.js'

type AnyLoss = Loss<string, string>

const loss = lossArbitrary({ layers: ['block1_conv2', 'block3_conv3'], references: ['style'] })
/** Without windows of one position: their variance is rounding alone, and so is most of its gradient. */
const onPixels = lossArbitrary({ minSide: 3 }).filter((value) => !/window: 1\b/.test(show(value)))
const often = { numRuns: runs(1000) }
const same = lossEq.equals

/** A copy that is equal by construction but another object in every part. */
const copy = (a: AnyLoss): AnyLoss => mapFeatures((feature) => feature)(mapWeights((w) => w)(a))

describe('lossOrd', () => {
  it('is reflexive, antisymmetric, transitive and total, and agrees with lossEq', () => {
    fc.assert(
      fc.property(loss, loss, loss, (a, b, c) => {
        const [ab, bc, ac] = [lossOrd.compare(a, b), lossOrd.compare(b, c), lossOrd.compare(a, c)]
        return (
          lossOrd.compare(a, copy(a)) === 0 &&
          ab === (0 - lossOrd.compare(b, a) || 0) &&
          (ab === 0) === same(a, b) &&
          lossOrd.equals(a, b) === same(a, b) &&
          !(ab <= 0 && bc <= 0 && ac > 0) &&
          !(ab >= 0 && bc >= 0 && ac < 0)
        )
      }),
      often,
    )
  })

  it('sorts, whatever the order it starts from', () => {
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 6 }), (list) => {
        const [one, other] = [RA.sort(lossOrd)(list), RA.sort(ord.reverse(ord.reverse(lossOrd)))([...list].reverse())]
        return one.every((a, i) => same(a, other[i]!))
      }),
      often,
    )
  })

  it('distinguishes two definitions with the same id, always in the same way', () => {
    const spec = {
      id: 'twin',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1] as const, smooth: true }),
      apply: () => mse.definition.apply({}),
    }
    const [a, b] = [defineMetric(spec)(pixels), defineMetric(spec)(gram(pixels))]
    const [c, d] = [defineMetric(spec)(pixels), defineMetric(spec)(pixels)]
    expect(show(c)).toBe(show(d))
    expect(lossOrd.compare(c, d)).not.toBe(0)
    expect(lossOrd.compare(c, d)).toBe(-lossOrd.compare(d, c))
    expect(lossOrd.compare(a, b)).not.toBe(0)
  })
})

describe('normalize', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(loss, (a) => same(normalize(normalize(a)), normalize(a))),
      often,
    )
  })

  it('is idempotent for weights of every size', () => {
    const sized = fc.tuple(fc.constantFrom(3e38, -3e38, 1e-37, 0.1, -0.3, 0, 3), fc.constantFrom(mse(pixels), mae(pixels), named('x', mse(pixels))))
    fc.assert(
      fc.property(fc.array(sized, { maxLength: 8 }), (parts) => {
        const once = normalize(sum(...parts.map(([w, part]) => weighted(w, part))))
        return same(normalize(once), once)
      }),
      often,
    )
  })

  it('is the same for losses that differ by order, by names, or by how terms are split', () => {
    fc.assert(
      fc.property(
        loss,
        loss,
        (a, b) =>
          same(normalize(sum(a, b)), normalize(sum(b, a))) &&
          same(normalize(named('x', a)), normalize(a)) &&
          same(normalize(sum(weighted(0.25, a), weighted(0.75, a))), normalize(a)),
      ),
      often,
    )
  })

  it('has distinct leaves of the loss, in order, each with one weight and no name', () => {
    fc.assert(
      fc.property(loss, (a) => {
        const all = terms(normalize(a))
        return (
          all.every(({ leaf, names }, i) => names.length === 0 && (i === 0 || lossOrd.compare(all[i - 1]!.leaf, leaf) < 0)) &&
          all.every(({ leaf, weight }) => terms(a).reduce((t, term) => (same(term.leaf, leaf) ? t + term.weight : t), 0) === weight) &&
          terms(a).every((term) => all.some(({ leaf }) => same(leaf, term.leaf)))
        )
      }),
      often,
    )
  })

  it.each([false, true])('keeps the value and the gradient (finite pictures: %s)', (finite) => {
    const [a, b] = [noise(1, [1, 3, 4, 3]), noise(2, [1, 3, 4, 3])]
    const values = (given: Loss<never, string>): { readonly value: number; readonly gradient: Float32Array } =>
      tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad((x) => compile(given)(a, x))(b)
        return { value: value.dataSync<'float32'>()[0] ?? Number.NaN, gradient: grad.dataSync<'float32'>().slice() }
      }) as never
    /** The size of the terms, by themselves, which bounds what rounding can do. */
    const size = (given: Loss<never, string>) =>
      terms(given).reduce(
        (total, { leaf, weight }) => {
          const { value, gradient } = values(leaf as Loss<never, string>)
          return { value: total.value + Math.abs(weight * value), gradient: total.gradient + Math.abs(weight) * norm(gradient) }
        },
        { value: 1e-30, gradient: 1e-30 },
      )
    fc.assert(
      fc.property(onPixels as fc.Arbitrary<Loss<never, string>>, (given) => {
        const [x, y, scale] = [values(given), values(normalize(given, { finite })), size(given)]
        // Rounding in the 200 operations of ciede2000 leaves 2e-5 of its gradient.
        const rounding = show(given).includes('ciede2000') ? 4e-5 : 1e-6
        return (
          Math.abs(x.value - y.value) <= 1e-6 * scale.value && norm(x.gradient.map((v, i) => v - (y.gradient[i] ?? Number.NaN))) <= rounding * scale.gradient
        )
      }),
      { numRuns: runs(300) },
    )
    tf.dispose([a, b])
  })

  it('keeps NaN: a term that cancels stays with weight 0', () => {
    const cancelled = sum(mse(pixels), weighted(-1, mse(pixels)))
    expect(show(normalize(cancelled))).toBe('weighted(0, mse(pixels))')
    const [black, huge] = [tf.zeros([1, 2, 2, 3]), tf.fill([1, 2, 2, 3], 1e30)]
    const at = (given: Loss<never, string>) => tf.tidy(() => compile(given)(black, huge).dataSync<'float32'>()[0])
    expect([at(cancelled), at(normalize(cancelled)), at(normalize(cancelled, { finite: true }))]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    tf.dispose([black, huge])
  })

  it('drops a zero that is bounded where pictures are finite, and only there', () => {
    const zero = sum(weighted(0, cosine(pixels)), mae(pixels))
    expect(show(normalize(zero))).toBe('sum(weighted(0, cosine(pixels)), mae(pixels))')
    expect(show(normalize(zero, { finite: true }))).toBe('mae(pixels)')
  })

  it('rejects a product of weights that overflows, as compile does', () => {
    expect(() => normalize(weighted(1e200, named('x', weighted(1e200, mse(pixels)))))).toThrow(LossException)
  })

  it('works for third-party metrics', () => {
    expect(show(normalize(sum(edges(pixels), mse(pixels), edges(pixels, { sizes: [3] }))))).toBe('sum(weighted(2, acme.edges(pixels)), mse(pixels))')
  })
})

describe('diff', () => {
  const isEmpty = (a: AnyLoss, b: AnyLoss): boolean => showDiff(diffLosses(a, b)) === ''

  it('is empty where, and only where, the normal forms are equal', () => {
    const small = lossArbitrary({ weights: fc.constantFrom(1, 2) })
    fc.assert(
      fc.property(small, small, (a, b) => isEmpty(a, a) && isEmpty(a, normalize(a)) && isEmpty(a, b) === same(normalize(a), normalize(b))),
      often,
    )
  })

  it('turned round is the difference turned round', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => {
        const [one, { added, removed, reweighted }] = [diffLosses(a, b), diffLosses(b, a)]
        const turned = { added: removed, removed: added, reweighted: reweighted.map(({ leaf, from, to }) => ({ leaf, from: to, to: from })) }
        return showDiff(one) === showDiff(turned)
      }),
      often,
    )
  })

  it('applied to a gives b', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => {
        const { added, removed, reweighted } = diffLosses(a, b)
        const kept = terms(normalize(a)).filter(({ leaf }) => ![...removed, ...reweighted].some((gone) => same(gone.leaf, leaf)))
        const now = [...kept, ...added, ...reweighted.map(({ leaf, to }) => ({ leaf, weight: to }))]
        return same(normalize(sum(...now.map(({ leaf, weight }) => weighted(weight, leaf)))), normalize(b))
      }),
      often,
    )
  })

  it('reads as text', () => {
    const before = sum(mse(pixels), weighted(20, mse(gram(featureAt('block2_conv2')))), totalVariation(pixels))
    const after = sum(mse(pixels), weighted(10, named('style', mse(gram(featureAt('block2_conv2'))))), weighted(0.5, mae(pixels)))
    expect(showDiff(diffLosses(before, after))).toBe("- totalVariation(pixels)\n+ weighted(0.5, mae(pixels))\n~ mse(gram(featureAt('block2_conv2'))): 20 -> 10")
  })
})

describe('traverseWeights and traverseFeatures', () => {
  const f = (w: number): number => w * 2 - 1
  const g = (w: number): number => 1 - w

  it('change nothing by the identity', () => {
    fc.assert(
      fc.property(loss, (a) => same(copy(a), a)),
      often,
    )
  })

  it('compose: f and then g is both at once', () => {
    const [h, k] = [
      (feature: Feature<string, string>) => unitNormalized(feature),
      (feature: Feature<string, string>) => unitNormalized(feature, { epsilon: 1 }),
    ]
    fc.assert(
      fc.property(
        loss,
        (a) => same(mapWeights(g)(mapWeights(f)(a)), mapWeights((w) => g(f(w)))(a)) && same(mapFeatures(k)(mapFeatures(h)(a)), mapFeatures((x) => k(h(x)))(a)),
      ),
      often,
    )
  })

  it('are natural: visiting in one effect and going over to another is visiting in the other', () => {
    const half = (w: number): O.Option<number> => (w > -1 ? O.some(w / 2) : O.none)
    const asEither = <A>(value: O.Option<A>): E.Either<string, A> => E.fromOption(() => 'none')(value)
    fc.assert(
      fc.property(loss, (a) => {
        const [one, other] = [asEither(traverseWeights(O.Applicative)(half)(a)), traverseWeights(E.Applicative)((w) => asEither(half(w)))(a)]
        return E.isLeft(one) ? E.isLeft(other) : E.isRight(other) && same(one.right, other.right)
      }),
      often,
    )
  })

  it('visit the terms in their order, with the names around them', () => {
    const visited = traverseWeights(C.getApplicative(RA.getMonoid<{ readonly names: readonly string[]; readonly text: string }>()))
    fc.assert(
      fc.property(loss, (a) => {
        const seen = visited((_w, { names, leaf }) => C.make(leaf === undefined ? [] : [{ names, text: show(leaf) }]))(a)
        expect(seen).toEqual(terms(a).map(({ leaf, names }) => ({ names, text: show(leaf) })))
        const features = terms(a).reduce((sum, { leaf }) => sum + 1 + (leaf._tag === 'Compare' ? (leaf.beside?.length ?? 0) : 0), 0)
        expect(traverseFeatures(C.getApplicative(S.Monoid))(() => C.make('.'))(a)).toBe('.'.repeat(features))
      }),
      often,
    )
  })

  it('mapWeights by a factor is weighted', () => {
    fc.assert(
      fc.property(loss, dyadicWeight, (a, v) =>
        same(mapWeights((w, { leaf, names }) => (leaf === undefined || names.length > 0 ? w : w * v))(a), mapOutside(v, a)),
      ),
      often,
    )
  })
  /** Leaves outside of any name, times v, written otherwise. */
  const mapOutside = (v: number, a: AnyLoss): AnyLoss =>
    monoid.concatAll(lossMonoid)(
      (a._tag === 'Sum' ? a.losses : [a]).map((part) =>
        part._tag === 'Named' || (part._tag === 'Weighted' && part.loss._tag === 'Named') ? part : weighted(v, part),
      ),
    )

  it('change one weight deep inside', () => {
    const before = sum(mse(pixels), weighted(20, named('style', sum(against('style', mse(gram(featureAt('block2_conv2')))), weighted(3, mae(pixels))))))
    const louder = mapWeights((weight, { names, leaf }) => (names.at(-1) === 'style' && leaf === undefined ? weight * 2 : weight))(before)
    expect(showDiff(diffLosses(before, louder))).toBe("~ against('style', mse(gram(featureAt('block2_conv2')))): 20 -> 40\n~ mae(pixels): 60 -> 120")
  })

  it('change features, whose layers are then the new ones', () => {
    const changed = mapFeatures((feature) => gram(feature))(perceptual())
    expect(show(changed)).toBe("sum(mse(gram(featureAt('block2_conv2'))), mse(gram(featureAt('block3_conv3'))))")
    expect(show(mapFeatures(() => featureAt('relu1_1'))(weighted(2, perceptual())))).toContain("weighted(2, mse(featureAt('relu1_1')))")
  })

  it('reject a weight that is not finite', () => {
    expect(() => mapWeights(() => Number.NaN)(mse(pixels))).toThrow(LossException)
  })

  it('stop at the first that fails', () => {
    const result = traverseFeatures(E.Applicative)((feature) => (feature._tag === 'Pixels' ? E.left('pixels') : E.right(feature)))(
      sum(perceptual(), mse(pixels)),
    )
    expect(result).toEqual(E.left('pixels'))
    expect(traverseWeights(I.Applicative)(() => 3)(mse(pixels))).toEqual(weighted(3, mse(pixels)))
  })
})
