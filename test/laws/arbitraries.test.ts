/** The generators: what they generate, and what it shrinks to. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { show, terms, type Loss } from '../../src/index.js'
import { builtInLeaves, builtInTransforms, imagePairArbitrary, leafArbitrary, lossArbitrary, type PairKind } from '../../src/laws/index.js'

type AnyLoss = Loss<string, string>

/** What a false claim about generated values shrinks to. */
const smallest = <A>(arbitrary: fc.Arbitrary<A>, claim: (value: A) => boolean): A => {
  const { counterexample } = fc.check(fc.property(arbitrary, claim), { numRuns: 2000 })
  if (counterexample === null) throw new Error('The claim held.')
  return counterexample[0]
}

describe('lossArbitrary', () => {
  it('generates every built-in, and every kind of node', () => {
    const printed = fc.sample(lossArbitrary({ layers: ['block1_conv1'], references: ['style'] }), 3000).map(show)
    for (const word of [...[...builtInLeaves, ...builtInTransforms].map(({ id }) => id), 'sum', 'weighted', 'named', 'against', 'featureAt', 'pixels'])
      expect(printed.some((text) => text.includes(`${word}(`) || text.includes(word))).toBe(true)
    expect(printed).toContain('sum()')
  })

  it('leaves out what needs larger features', () => {
    const by = ({ leaf }: ReturnType<typeof terms>[number]) => (leaf._tag === 'Compare' ? leaf.metric : leaf.regularizer)
    fc.assert(fc.property(leafArbitrary({ minSide: 1 }), (loss) => terms(loss).every((term) => by(term).accepts([1, 1, 1, 3]) === undefined)))
    expect(fc.sample(leafArbitrary(), 500).some((loss) => terms(loss).some((term) => by(term).accepts([1, 1, 1, 3]) !== undefined))).toBe(true)
  })

  const mentions = (text: string) => (loss: AnyLoss) => !show(loss).includes(text)

  it.each([
    ['a metric', 'huber', /^huber\(pixels\)$/],
    ['an option', 'fromZero: true', /^charbonnier\(pixels, \{ epsilon: [\d.]+, fromZero: true \}\)$/],
    ['a transform', 'gram', /^mse\(gram\(pixels\)\)$/],
    ['a layer', 'block1_conv1', /^mse\(featureAt\('block1_conv1'\)\)$/],
    ['a name', 'named', /^named\('\w+', (sum\(\)|mse\(pixels\))\)$/],
    ['a weight', 'weighted(2,', /^weighted\(2, mse\(pixels\)\)$/],
    ['a reference', 'against', /^against\('style', mse\(pixels\)\)$/],
  ])('shrinks to %s alone', (_what, text, expected) => {
    expect(show(smallest(lossArbitrary({ layers: ['block1_conv1'], references: ['style'] }), mentions(text)))).toMatch(expected)
  })

  it('shrinks to two terms where two are needed', () => {
    const loss = smallest(lossArbitrary(), (value) => terms(value).length < 2)
    expect(loss._tag === 'Sum' && loss.losses.length === 2 && loss.losses.every(({ _tag }) => _tag === 'Compare' || _tag === 'Regularize')).toBe(true)
  })

  it('prints a counterexample as TypeScript', () => {
    const report = () => fc.assert(fc.property(lossArbitrary(), (loss) => terms(loss).length < 2))
    expect(report).toThrow(/Counterexample: \[sum\(\w+\(pixels.*\), \w+\(pixels.*\)\)\]/)
  })
})

describe('imagePairArbitrary', () => {
  const numbers = { shape: [1, 1, 1, 3], reference: Float32Array.of(0, 0, 0), prediction: Float32Array.of(0, 0, 0) }

  it('generates every kind, odd sides, unequal ones, and batches', () => {
    const pairs = fc.sample(imagePairArbitrary(), 500)
    expect(new Set(pairs.map(({ kind }) => kind))).toEqual(new Set(['identical', 'near', 'far', 'black', 'constant', 'saturated', 'onePixel']))
    expect(pairs.some(({ shape: [, h, w] }) => h % 2 === 1 && w % 2 === 0 && h > 2)).toBe(true)
    expect(new Set(pairs.map(({ shape }) => shape[0]))).toEqual(new Set([1, 2, 3]))
  })

  it('has values in [0, 1] and of the shape, unless signed', () => {
    fc.assert(
      fc.property(imagePairArbitrary(), ({ shape, reference, prediction }) => {
        const size = shape.reduce((a, b) => a * b)
        return [reference, prediction].every((image) => image.length === size && image.every((value) => value >= 0 && value <= 1))
      }),
    )
    expect(fc.sample(imagePairArbitrary({ kinds: ['signed'] }), 20).some(({ reference }) => reference.some((value) => value < 0))).toBe(true)
  })

  it.each<readonly [PairKind, (a: Float32Array, b: Float32Array) => boolean]>([
    ['identical', (a, b) => a.every((value, i) => value === b[i])],
    ['near', (a, b) => a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 0.004)],
    ['black', (_a, b) => b.every((value) => value === 0)],
    ['constant', (a, b) => new Set(a).size === 1 && new Set(b).size === 1],
    ['saturated', (_a, b) => b.every((value) => value === 0 || value === 1)],
    ['onePixel', (a, b) => a.filter((value, i) => value !== b[i]).length <= 1],
  ])('stays %s while it shrinks', (kind, is) => {
    const seen: boolean[] = []
    const pairs = imagePairArbitrary({ kinds: [kind] })
    fc.check(
      fc.property(pairs, ({ reference, prediction }) => (seen.push(is(reference, prediction)), reference.length < 4)),
      { numRuns: 50 },
    )
    expect(seen.length).toBeGreaterThan(2)
    expect(seen).not.toContain(false)
  })

  it('shrinks to a black pixel, or to the one value that matters', () => {
    expect(smallest(imagePairArbitrary(), () => false)).toMatchObject(numbers)
    expect(smallest(imagePairArbitrary(), ({ prediction }) => prediction.every((value) => value < 0.7))).toMatchObject({
      shape: [1, 1, 1, 3],
      prediction: expect.objectContaining({ length: 3 }) as unknown,
    })
    const { prediction } = smallest(imagePairArbitrary({ kinds: ['far'] }), (pair) => pair.prediction.every((value) => value < 0.7))
    expect(Array.from(prediction).sort()).toEqual([0, 0, 1])
    expect(smallest(imagePairArbitrary({ minSide: 4 }), () => false).shape).toEqual([1, 4, 4, 3])
  })
})
