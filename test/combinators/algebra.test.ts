/** The laws of the algebra, on values: by `lossEq`, over generated losses. */
import fc from 'fast-check'
import { function as F, monoid } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import {
  against,
  featureAt,
  getLossMonoid,
  gram,
  LossException,
  lossEq,
  lossMonoid,
  lossShow,
  mae,
  mean,
  mse,
  named,
  pixels,
  show,
  sum,
  terms,
  totalVariation,
  weighted,
} from '../../src/index.js'
import { dyadicWeight, lossArbitrary } from '../../src/laws/index.js'
import { runs } from '../support/full.js'
import { evaluator } from '../support/language.js'

const loss = lossArbitrary({ layers: ['block1_conv2', 'block3_conv3'], references: ['style'] })
const often = { numRuns: runs(1000) }
const equal = lossEq.equals

describe('the algebra of losses', () => {
  it('lossEq is reflexive, symmetric and agrees with show', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => equal(a, a) && equal(a, b) === equal(b, a) && (!equal(a, b) || show(a) === show(b))),
      often,
    )
  })

  it('lossEq distinguishes what show distinguishes', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => (show(a) !== show(b) ? !equal(a, b) : equal(a, b))),
      often,
    )
  })

  it('sum is associative and the empty sum is its identity', () => {
    fc.assert(
      fc.property(
        loss,
        loss,
        loss,
        (a, b, c) => equal(sum(sum(a, b), c), sum(a, sum(b, c))) && equal(sum(a, sum()), a) && equal(sum(sum(), a), a) && equal(sum(a), a),
      ),
      often,
    )
  })

  it('weighted is an action of the numbers: 1 a = a, v (w a) = (v w) a', () => {
    fc.assert(
      fc.property(loss, dyadicWeight, dyadicWeight, (a, v, w) => equal(weighted(1, a), a) && equal(weighted(v, weighted(w, a)), weighted(v * w, a))),
      often,
    )
  })

  it('weighted distributes over sums', () => {
    fc.assert(
      fc.property(loss, loss, dyadicWeight, (a, b, w) => equal(weighted(w, sum(a, b)), sum(weighted(w, a), weighted(w, b)))),
      often,
    )
  })

  it('nothing is dropped: a weight of zero keeps every term', () => {
    fc.assert(
      fc.property(loss, (a) => terms(weighted(0, a)).length === terms(a).length && terms(weighted(0, a)).every(({ weight }) => Object.is(weight, 0))),
      often,
    )
  })

  it('terms of a sum are the terms of its parts', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => terms(sum(a, b)).length === terms(a).length + terms(b).length),
      often,
    )
  })

  it('mean is the sum over n', () => {
    fc.assert(
      fc.property(loss, loss, (a, b) => equal(mean(a, b), weighted(0.5, sum(a, b))) && equal(mean(a), a)),
      often,
    )
  })

  it('against names the comparisons that have no name yet, and an inner name wins', () => {
    fc.assert(
      fc.property(loss, (a) => {
        const before = terms(a)
        return terms(against('guide', a)).every(({ leaf }, i) => {
          const was = before[i]?.leaf
          if (leaf._tag === 'Regularize' || was?._tag !== 'Compare') return was?._tag === leaf._tag
          return leaf.reference === (was.reference === 'target' ? 'guide' : was.reference)
        })
      }),
      often,
    )
  })

  it('against and weighted commute', () => {
    fc.assert(
      fc.property(loss, dyadicWeight, (a, w) => equal(against('guide', weighted(w, a)), weighted(w, against('guide', a)))),
      often,
    )
  })

  it('curried and uncurried combinators give equal losses', () => {
    fc.assert(
      fc.property(loss, dyadicWeight, (a, w) =>
        equal(F.pipe(a, weighted(w), named('part'), against('style')), against('style', named('part', weighted(w, a)))),
      ),
      often,
    )
  })

  it('the monoid folds lists to their sum', () => {
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 5 }), (list) => equal(monoid.concatAll(lossMonoid)(list), sum(...list))),
      often,
    )
  })

  it('getLossMonoid is the same monoid with its types kept', () => {
    const { concat, empty } = getLossMonoid<'block1_conv1', 'target'>()
    expect(equal(concat(mse(featureAt('block1_conv1')), empty), mse(featureAt('block1_conv1')))).toBe(true)
  })
})

describe('lossEq', () => {
  it.each([
    ['metrics', mse(pixels), mae(pixels)],
    ['weights', weighted(2, mse(pixels)), weighted(3, mse(pixels))],
    ['layers', mse(featureAt('block1_conv1')), mse(featureAt('block1_conv2'))],
    ['activations', mse(featureAt('block1_conv1')), mse(featureAt('block1_conv1', { activation: 'pre' }))],
    ['pooling', mse(featureAt('block2_conv1')), mse(featureAt('block2_conv1', { pooling: 'average' }))],
    ['options', totalVariation(pixels), totalVariation(pixels, { norm: 'l2' })],
    ['references', mse(pixels), against('style', mse(pixels))],
    ['names', named('a', mse(pixels)), named('b', mse(pixels))],
    ['order', sum(mse(pixels), mae(pixels)), sum(mae(pixels), mse(pixels))],
  ])('tells %s apart', (_what, a, b) => {
    expect(equal(a, b)).toBe(false)
  })

  it('treats explicit defaults like omitted options', () => {
    expect(equal(totalVariation(pixels), totalVariation(pixels, { norm: 'l1', reduction: 'mean' }))).toBe(true)
  })
})

describe('weights', () => {
  it.each([Number.NaN, Infinity, -Infinity, 1e308, 3.5e38, 1e-320, -1e-39])('rejects %s at once, curried too', (weight) => {
    expect(() => weighted(weight, mse(pixels))).toThrow(LossException)
    expect(() => weighted(weight)).toThrow(/0 or a number within float32's range/)
  })

  it.each([1e30, 1e-30])('rejects a product that float32 cannot hold: %s times itself, through names and sums', (w) => {
    expect(() => weighted(w, weighted(w, mse(pixels)))).toThrow(/float32/)
    expect(() => weighted(w, named('a', sum(mae(pixels), named('b', weighted(w, mse(pixels))))))).toThrow(/float32/)
  })

  it('turns -0 into 0', () => {
    expect(Object.is(terms(weighted(-0, mse(pixels)))[0]?.weight, 0)).toBe(true)
  })
})

describe('values from untyped code', () => {
  const anything = JSON.parse('{ "not": "a loss" }') as never
  it.each([
    ['sum', () => sum(mse(pixels), anything), /Part 2 of sum: received {"not":"a loss"}, expected a loss/],
    ['weighted', () => weighted(2, anything), /loss of weighted: received/],
    ['named', () => named('x', anything), /loss of named: received/],
    ['named without a name', () => named('', mse(pixels)), /name of a loss: received ""/],
    ['against', () => against('style', anything), /loss of against: received/],
    ['mean of nothing', () => (mean as unknown as () => unknown)(), /mean: received no losses/],
    ['a metric', () => mse(anything), /feature of mse: received/],
    ['an unknown option', () => totalVariation(pixels, { nrom: 'l2' } as never), /nrom: unknown option.*Did you mean norm\?/],
    ['a wrong option', () => totalVariation(pixels, { norm: 'l3' } as never), /norm: received "l3", expected one of "l1", "l2Squared", "l2"/],
    ['a layer without a name', () => featureAt(7 as never), /layer of featureAt: received 7/],
  ])('%s is rejected with what was received and what was expected', (_what, make, message) => {
    expect(make).toThrow(LossException)
    expect(make).toThrow(message)
  })
})

describe('show', () => {
  const evaluate = evaluator()

  it('is one line of the language', () => {
    const value = sum(mse(featureAt('block3_conv3')), weighted(20, against('style', mse(gram(featureAt('block2_conv2'), { normalize: 'positions' })))))
    expect(lossShow.show(value)).toBe(
      "sum(mse(featureAt('block3_conv3')), weighted(20, against('style', mse(gram(featureAt('block2_conv2'), { normalize: 'positions' })))))",
    )
  })

  it('evaluates to an equal loss', () => {
    fc.assert(
      fc.property(loss, (a) => equal(evaluate(show(a)), a)),
      often,
    )
  })

  it('quotes names that need it', () => {
    const value = named("it's \\ \n odd", mse(pixels))
    expect(equal(evaluate(show(value)), value)).toBe(true)
  })
})
