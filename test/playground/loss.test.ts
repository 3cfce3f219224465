/** The playground's sliders and JSON: lists of terms say the same as losses; what is offered is what the library has. */
import * as fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { METRICS, optionsOf, REGULARIZERS, TRANSFORMS, wordsOf } from '../../playground/loss/catalogue.js'
import { LAYERS, networkOf } from '../../playground/loss/layers.js'
import { PRESETS, presetOf } from '../../playground/loss/presets.js'
import { programOf } from '../../playground/loss/program.js'
import { changed, featureOf, lossOf, partsOf, picturesOf, termsOf, titleOf } from '../../playground/loss/terms.js'
import {
  against,
  builtInDefinitions,
  dists,
  encode,
  featureAt,
  gram,
  lossEq,
  lpips,
  masked,
  mse,
  pixels,
  sum,
  terms,
  unitNormalized,
  weighted,
} from '../../src/index.js'
import * as library from '../../src/index.js'
import { lossArbitrary } from '../../src/laws/lossArbitrary.js'
import { ALEXNET } from '../../src/layers/networks/alexnet.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'

const losses = lossArbitrary({ layers: ['block1_conv2', 'block3_conv3', 'conv2'], references: ['style'] })

it('a list of terms has the terms of its loss: leaves, weights and names, in their order', () => {
  fc.assert(
    fc.property(losses, (loss) => {
      const [before, after] = [terms(loss), terms(lossOf(termsOf(loss)))]
      expect(after.map(({ weight, names }) => ({ weight, names }))).toEqual(before.map(({ weight, names }) => ({ weight, names })))
      before.forEach(({ leaf }, i) => expect(lossEq.equals(leaf, after[i]!.leaf)).toBe(true))
    }),
  )
})

it('a slider changes one weight and nothing else', () => {
  const loss = sum(mse(pixels), weighted(2, mse(gram(featureAt('block2_conv2')))))
  expect(encode(lossOf(changed(termsOf(loss), 1, { weight: 5 })))).toEqual(encode(sum(mse(pixels), weighted(5, mse(gram(featureAt('block2_conv2')))))))
})

it('a feature is its parts', () => {
  const [term] = termsOf(mse(gram(unitNormalized(featureAt('block3_conv3', { activation: 'pre' })))))
  const { feature } = term!.leaf
  expect(partsOf(feature).transforms.map(({ transform }) => transform)).toEqual(['gram', 'unitNormalized'])
  expect(featureOf(partsOf(feature))).toEqual(feature)
  expect(titleOf(term!)).toBe('mse of gram of unitNormalized of block3_conv3')
})

it('knows which pictures a loss needs', () => {
  expect(picturesOf(sum(mse(masked(pixels, { mask: 'sky' })), against('style', mse(pixels))))).toEqual(['target', 'style', 'sky'])
})

it('offers metrics, regularizers and transforms that the library defines, under their ids', () => {
  const idsOf = (kind: string) => builtInDefinitions.flatMap(({ definition }) => (definition.kind === kind ? [definition.id] : []))
  expect(idsOf('metric')).toEqual(expect.arrayContaining(Object.keys(METRICS)))
  expect(idsOf('regularizer')).toEqual(expect.arrayContaining(Object.keys(REGULARIZERS)))
  expect(idsOf('transform')).toEqual(expect.arrayContaining(Object.keys(TRANSFORMS)))
})

it("reads options from the library's schema", () => {
  expect(optionsOf('metric', 'charbonnier')).toMatchObject({ epsilon: { type: 'number', default: 1e-6 } })
  expect(wordsOf(optionsOf('transform', 'gram')['normalize']!)).toContain('positions')
  expect(optionsOf('metric', 'mse')).toEqual({})
})

it("has the networks' layers, and knows the owners of papers' names", () => {
  const namesOf = ({ layers }: typeof VGG16) => layers.map(({ name }) => name)
  expect(LAYERS).toEqual({ vgg16: namesOf(VGG16), alexnet: namesOf(ALEXNET) })
  for (const name of [...namesOf(VGG16), ...Object.keys(VGG16.aliases)]) expect(networkOf(name)).toBe('vgg16')
  for (const name of [...namesOf(ALEXNET), ...Object.keys(ALEXNET.aliases)]) expect(networkOf(name)).toBe('alexnet')
  expect(networkOf('fire3')).toBeUndefined()
})

it('finds a loss that has a name again', () => {
  for (const [name, { loss }] of Object.entries(PRESETS)) expect(presetOf(lossOf(termsOf(loss)))).toBe(name)
  expect(presetOf(weighted(2, mse(pixels)))).toBeUndefined()
})

describe('the program of a loss', () => {
  /** The loss that a program makes with what it imports, and what it gives besides the target. */
  const made = (program: string): unknown => {
    const names = /import \{ (.*) \} from 'perceptual-loss'/.exec(program)?.[1]?.split(', ') ?? []
    const imported = Object.fromEntries(names.map((name) => [name, library[name as keyof typeof library]]))
    expect(names.filter((name) => imported[name] === undefined)).toEqual([])
    return runInNewContext(/^const loss = (.*)$/m.exec(program)?.[1] ?? '', imported)
  }

  it.each(Object.entries(PRESETS))('of the preset %s makes it', (_, { loss }) => {
    expect(lossEq.equals(made(programOf(loss)) as typeof loss, loss)).toBe(true)
  })

  it('of any loss makes it, with no more names than it needs', () => {
    fc.assert(
      fc.property(lossArbitrary(), (loss) => lossEq.equals(made(programOf(loss)) as typeof loss, loss)),
      { numRuns: 100, seed: 1 },
    )
  })

  it('reads every picture, and of a mask one channel', () => {
    const program = programOf(sum(against('the style', mse(pixels)), mse(masked(featureAt('conv2', { of: masked(pixels, 'where') }), 'mask'))))
    expect(program).toContain("'the style': await readImage('the style.png')")
    expect(program).toContain("mask: (await readImage('mask.png')).slice([0, 0, 0, 1], [-1, -1, -1, 1])")
    expect(program).toContain("where: (await readImage('where.png')).slice(")
    expect(program).toContain('compile(loss, await alexnet())')
  })
})

it("calls the terms of LPIPS and DISTS by the paper's name", () => {
  expect(termsOf(lpips()).map(titleOf)).toEqual(['LPIPS at conv1', 'LPIPS at conv2', 'LPIPS at conv3', 'LPIPS at conv4', 'LPIPS at conv5'])
  expect(titleOf(termsOf(dists())[0]!)).toBe('DISTS at pixels')
  expect(titleOf(termsOf(mse(featureAt('block2_conv2')))[0]!)).toBe('mse of block2_conv2')
})
