/** Metrics that compare several features together: values of the language like any other. */
import * as tf from '@tensorflow/tfjs'
import { Ajv } from 'ajv'
import { either as E, option } from 'fp-ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  adaptiveStructureTexture,
  against,
  blurred,
  compile,
  decode,
  defineMetric,
  describeError,
  diffLosses,
  encode,
  explain,
  featureAt,
  laws,
  lossEq,
  lossSchema,
  luma,
  mapFeatures,
  mse,
  normalize,
  pixels,
  show,
  sum,
  terms,
  toLatex,
  toMermaid,
  traverseFeatures,
  tryDecode,
  unitNormalized,
  weighted,
  type Loss,
  type MetricOfSeveral,
  type Target,
} from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { planOf } from '../../support/planOf.js'
import { takeNumber } from '../../support/tensors.js'
import { sharedVgg16 } from '../../support/network.js'

const two = adaptiveStructureTexture([pixels, featureAt('block1_conv1')])

describe('a metric of several features', () => {
  it('needs the layers and references of all of them', () => {
    const fits: readonly Loss<'block1_conv1', Target | 'style'>[] = [two, adaptiveStructureTexture(pixels), against('style', two)]
    expect(fits).toHaveLength(3)
    expectTypeOf(adaptiveStructureTexture(pixels)).toExtend<Loss<never, Target>>()
    // @ts-expect-error: the layer is missing.
    const none: Loss<never, Target> = two
    expect(() => compile(none)).toThrow(/block1_conv1/)
  })

  it('is printed as the expression that makes it, and is equal to what its JSON gives', () => {
    const loss = against('style', adaptiveStructureTexture([pixels, blurred(pixels, { sigma: 2 })], { window: 7 }))
    expect(show(loss)).toBe("against('style', adaptiveStructureTexture([pixels, blurred(pixels, { sigma: 2 })], { window: 7 }))")
    expect(lossEq.equals(decode(encode(loss)), loss)).toBe(true)
    expect(encode(loss).loss).toEqual({
      metric: 'adaptiveStructureTexture',
      feature: 'pixels',
      beside: [{ transform: 'blurred', feature: 'pixels', options: { sigma: 2 } }],
      options: { window: 7 },
      against: 'style',
    })
    expect(new Ajv().compile(lossSchema())(encode(loss))).toBe(true)
  })

  it('differs from that of its features in another order, and of fewer', () => {
    const turned = adaptiveStructureTexture([featureAt('block1_conv1'), pixels])
    expect(lossEq.equals(two, turned)).toBe(false)
    expect(lossEq.equals(adaptiveStructureTexture([pixels]), adaptiveStructureTexture(pixels))).toBe(true)
    expect(lossEq.equals(two, adaptiveStructureTexture(pixels) as Loss<string, Target>)).toBe(false)
    expect(diffLosses(two, turned).added).toHaveLength(1)
    expect(show(normalize(sum(two, weighted(2, two))))).toBe(`weighted(3, ${show(two)})`)
  })

  it('is traversed feature by feature', () => {
    expect(show(mapFeatures((feature) => unitNormalized(feature))(two))).toBe(
      "adaptiveStructureTexture([unitNormalized(pixels), unitNormalized(featureAt('block1_conv1'))])",
    )
    const withoutLayers = traverseFeatures(option.Applicative)((feature) => (feature._tag === 'Layer' ? option.none : option.some(feature)))
    expect(withoutLayers(two)).toEqual(option.none)
    expect(withoutLayers(adaptiveStructureTexture([pixels, luma(pixels)]))._tag).toBe('Some')
  })

  it('computes each feature once, also those that other terms share, and costs what all of them cost', async () => {
    const network = await sharedVgg16()
    const loss = sum(two, mse(featureAt('block1_conv1')))
    const plan = planOf(loss, network)
    expect(plan.features).toHaveLength(2)
    expect(plan.terms.map(({ feature, beside }) => [feature, ...beside])).toEqual([[0, 1], [1]])
    const explained = await explain(loss, network, { shape: [1, 32, 32, 3] })
    const [first] = explained.terms
    const flops = (elements: number): number => (24 * 21 + 60) * elements
    expect(first).toMatchObject({ feature: 'pixels, block1_conv1', flops: flops(32 * 32 * 3) + flops(32 * 32 * 64), bytes: 4 * 32 * 32 * (3 + 64) })
    expect(explained.features.find(({ feature }) => feature === 'block1_conv1')?.terms).toEqual([
      terms(loss).length > 1 ? plan.terms[0]?.name : '',
      plan.terms[1]?.name,
    ])
  })

  it('is smooth where the metric and all of its features are', () => {
    const together = defineMetric({
      id: 'acme.together',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
      takesSeveral: () => true,
      apply: () => (x, y) => tf.mean(tf.squaredDifference(x, y), [1, 2, 3]),
    }) as unknown as MetricOfSeveral<unknown>
    expect(laws(together([pixels, blurred(pixels)])).smooth).toBe(true)
    expect(laws(together([pixels, featureAt('block1_conv1')])).smooth).toBe(false)
    expect(laws(adaptiveStructureTexture([pixels, blurred(pixels)])).smooth).toBe(false)
  })

  it('takes features of the reference that differ in number from the prediction’s for what they are', async () => {
    const [a, b] = [noise(1, [1, 24, 24, 3]), noise(2, [1, 24, 24, 3])]
    const network = await sharedVgg16()
    const f = compile(two, network)
    const prepared = f.prepare(a)
    expect(takeNumber(prepared(b))).toBeCloseTo(takeNumber(f(a, b)), 6)
    expect(() => f(noise(3, [1, 20, 24, 3]), b)).toThrow(/adaptiveStructureTexture/)
  })

  it('has a formula and a chart with all of its features', () => {
    expect(toLatex(two)).toContain('\\left(x, \\phi_{\\text{block1\\_conv1}}\\left(x\\right)\\right)')
    expect(toMermaid(two).match(/block1/g)).toHaveLength(1)
  })

  it('is refused for metrics that compare one feature', () => {
    expect(() => mse([pixels, pixels] as never)).toThrow(/The feature of mse: received \[.*expected a feature/)
    const wrong = (loss: unknown): string => {
      const result = tryDecode({ version: 1, loss })
      return E.isLeft(result) ? describeError(result.left) : 'no error'
    }
    expect(wrong({ metric: 'mse', feature: 'pixels', beside: ['pixels'] })).toMatch(
      /loss\.beside: received "beside", expected no further features, for mse compares one/,
    )
    expect(wrong({ metric: 'adaptiveStructureTexture', feature: 'pixels', beside: [] })).toMatch(
      /loss\.beside: received \[\], expected a list of at least one feature/,
    )
    expect(wrong({ metric: 'adaptiveStructureTexture', feature: 'pixels', beside: ['pixel'] })).toMatch(
      /loss\.beside\[0\]: received "pixel", expected a feature/,
    )
    expect(wrong({ regularizer: 'totalVariation', feature: 'pixels', beside: ['pixels'] })).toMatch(
      /loss\.beside: unknown key, expected a key, one of regularizer, feature, options/,
    )
  })
})
