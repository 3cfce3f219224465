/** Entries of generated losses are derived from definitions: which features they accept, from which size on, and with which options. */
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { defineMetric, gmsd, gram, luma, mae, msSsim, resized, show, ssim, totalVariation, unitNormalized, pixels, charbonnier } from '../../src/index.js'
import { between, count, oneOf } from '../../src/core/arguments/codecs.js'
import { derivedLeaf, derivedTransform, optionsArbitrary } from '../../src/laws/derivedEntries.js'

describe('a metric accepts', () => {
  it.each([
    [mae, 'anything', 1],
    [charbonnier, 'anything', 1],
    [totalVariation, 'positions', 1],
    // Its window is 11 by default.
    [ssim, 'pictures', 11],
    // Five scales of an 11 x 11 window: 16 * 10 + 1 (Wang, Simoncelli and Bovik, 2003).
    [msSsim, 'pictures', 161],
    // Luma or each channel: only pictures have a luma; Prewitt's 3 x 3 filters after halving.
    [gmsd, 'pictures', 3],
  ] as const)('%s: %s from side %i on', (metric, looksAt, minSide) => {
    expect(derivedLeaf(metric)).toMatchObject({ id: metric.definition.id, kind: metric.definition.kind, looksAt, minSide })
  })
})

describe('a transform', () => {
  it.each([
    [unitNormalized, { looksAt: 'positions', keepsPositions: true, keepsSize: true }],
    [luma, { looksAt: 'pictures', keepsPositions: true, keepsSize: true }],
    [gram, { looksAt: 'positions', keepsPositions: false, keepsSize: false }],
    [resized, { looksAt: 'positions', keepsPositions: true, keepsSize: false }],
  ] as const)('%s', (transform, entry) => {
    expect(derivedTransform(transform)).toMatchObject({ id: transform.definition.id, ...entry })
  })
})

describe('options', () => {
  const planted = defineMetric({
    id: 'planted',
    options: t.strict({ size: between(0.1, 3), steps: count(2), mode: oneOf('a', 'b'), exact: t.boolean, other: t.array(t.number) }),
    defaults: { size: 1, steps: 1, mode: 'a', exact: false, other: [] },
    laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
    apply: () => (reference) => reference.sum([1, 2, 3]),
  })

  it('are accepted by the codec, and every value of small sets comes up', () => {
    const samples = fc.sample(optionsArbitrary(planted), { seed: 1, numRuns: 200 })
    const values = (name: string): readonly unknown[] => [...new Set(samples.map((options) => options[name]))].filter((value) => value !== undefined).sort()
    expect(values('mode')).toEqual(['a', 'b'])
    expect(values('steps')).toEqual([1, 2])
    expect(values('exact')).toEqual([false, true])
    expect(values('size')).toEqual([0.125, 0.25, 0.5, 1, 2])
    expect(values('other')).toEqual([])
    expect(() => samples.forEach((options) => planted.with(options))).not.toThrow()
  })

  it('make losses', () => {
    const [loss] = fc.sample(derivedLeaf(planted).make, { seed: 3, numRuns: 1 })
    expect(show(loss!(pixels))).toMatch(/^planted\(pixels/)
  })
})
