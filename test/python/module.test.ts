/** The text of Python modules: what is refused, what third parties can add. That the modules run, and run right, is held by `npm run test:python`. */
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import {
  adaptiveStructureTexture,
  builtInDefinitions,
  defineMetric,
  describeError,
  featureAt,
  localStatistics,
  mae,
  masked,
  mse,
  pixels,
  sum,
  type LossError,
} from '../../src/index.js'
import { tryToKeras, tryToTorch } from '../../src/python/index.js'
import { builtInForms } from '../../src/python/forms/index.js'
import { WRITTEN } from './run/losses.js'

const wordsOf = (text: E.Either<LossError, string>): string => (E.isLeft(text) ? describeError(text.left) : 'no error')

const edges = defineMetric({
  id: 'acme.edges',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
  apply: mse.definition.apply({}) as never,
})

describe('Python forms', () => {
  it('are there for every built-in, and for nothing else', () => {
    expect(Object.keys(builtInForms).sort()).toEqual(builtInDefinitions.map(({ definition }) => definition.id).sort())
  })

  it('are all run in Python', () => {
    const texts = Object.values(WRITTEN).map(({ loss }) => tryToTorch(loss))
    for (const id of Object.keys(builtInForms)) {
      const name = id.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase()
      expect(
        texts.some((text) => E.isRight(text) && text.right.includes(`\ndef ${name}(`)),
        id,
      ).toBe(true)
    }
  })
})

describe.each([
  ['toTorch', tryToTorch],
  ['toKeras', tryToKeras],
] as const)('%s', (_name, write) => {
  it('rejects a metric without a Python form, and takes one that is passed', () => {
    expect(wordsOf(write(edges(pixels)))).toMatch(/'acme.edges' has no Python form; these have one: mse, .*Pass yours/)
    const form = { arguments: 'reference, prediction', says: 'Edges.', body: 'return mean(ops.square(prediction - reference))', uses: ['mean'] } as const
    const text = write(edges(pixels), { forms: { 'acme.edges': form } })
    expect(E.isRight(text) && text.right).toContain('def acme_edges(reference, prediction):')
  })

  it('rejects an unknown layer, naming the nearest, and unknown networks', () => {
    expect(wordsOf(write(mse(featureAt('block3_conv4'))))).toMatch(/'block3_conv4' is not a layer of vgg16 \+ alexnet \+ alexnetShiftTolerant. Did you mean/)
    expect(wordsOf(write(mse(featureAt('block3_conv4')), { networks: ['vgg19'] }))).toBe('no error')
    expect(wordsOf(write(mse(pixels), { networks: ['vgg11' as 'vgg16'] }))).toMatch(/networks: received "vgg11", expected some of vgg16/)
  })

  it('gives several features that are compared together as lists, and rejects a form that takes one', () => {
    const loss = adaptiveStructureTexture([pixels, featureAt('block1_conv1')])
    const text = write(loss)
    expect(E.isRight(text) && text.right).toContain('([target_seen["pixels"], target_seen["block1_conv1"]], [seen["pixels"], seen["block1_conv1"]], ')
    const form = { arguments: 'reference, prediction', says: 'Ours.', body: 'return mean(ops.square(prediction - reference))', uses: ['mean'] } as const
    expect(wordsOf(write(loss, { forms: { adaptiveStructureTexture: form } }))).toMatch(
      /received adaptiveStructureTexture of several features together, expected a form of it with the arguments 'references, predictions', which are lists/,
    )
  })

  it('rejects masks that are given at run time, and takes regions', () => {
    expect(wordsOf(write(mse(masked(pixels, 'face')) as never))).toMatch(/masked by 'face', expected regions/)
    expect(wordsOf(write(localStatistics(pixels, { log2Sigma: 'sigma' }) as never))).toMatch(/masked by 'sigma', expected/)
    expect(E.isRight(write(mse(masked(pixels, { region: { top: 0, left: 0, height: 0.5, width: 1 } }))))).toBe(true)
  })

  it('runs each network once, no deeper than asked', () => {
    const text = write(sum(mse(featureAt('block2_conv2')), mae(featureAt('block1_conv1')), mse(pixels)))
    const module = E.isRight(text) ? text.right : ''
    expect(module.match(/= run\(/g)).toHaveLength(1)
    expect(module).toContain('"block2_conv2"')
    expect(module).not.toContain('block2_pool')
  })
})
