/** The public face: the fixed names are there, and every module of metrics, features, combinators and recipes is reached from it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as face from '../src/index.js'

/** DESIGN's fixed names that exist so far. */
const FIXED = [
  ...['pixels', 'featureAt', 'gram', 'unitNormalized', 'masked'],
  ...['mse', 'mae', 'charbonnier', 'huber', 'cosine', 'squaredFrobenius', 'totalVariation'],
  ...['nonSaturating', 'leastSquares', 'hinge', 'wasserstein', 'mergeExtractors', 'fromLayersModel', 'fromGraphModel'],
  ...['ssim', 'msSsim', 'gmsd', 'haarPsi', 'contextual', 'slicedWasserstein', 'focalFrequency', 'outOfRange'],
  ...['luma', 'blurred', 'resized', 'laplacianPyramid', 'wassersteinDistortion', 'scores'],
  ...['sum', 'weighted', 'mean', 'named', 'against', 'lossMonoid', 'lossEq', 'lossShow'],
  ...[
    'perceptual',
    'johnsonContent',
    'johnsonStyle',
    'gatysStyle',
    'lpips',
    'stLpips',
    'dists',
    'aDists',
    'dinoPerceptual',
    'dreamsim',
    'esrgan',
    'realEsrgan',
  ],
  ...['vgg16', 'compile', 'tryCompile', 'show', 'laws', 'defineMetric', 'defineRegularizer', 'defineTransform'],
  ...['lossOrd', 'encode', 'decode', 'normalize', 'toLatex', 'toMermaid', 'explain'],
]

const source = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
const modules = (folder: string): readonly string[] =>
  readdirSync(new URL(`../src/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))

const definedIn = (folder: string): readonly string[] =>
  modules(folder).filter((name) => /= define(Metric|Regularizer|Transform)/.test(readFileSync(new URL(`../src/${folder}/${name}.ts`, import.meta.url), 'utf8')))

it.each(['metrics', 'layers/features'])('the test of each of %s is found by its name', (folder) => {
  expect(definedIn(folder)).not.toEqual([])
  expect(definedIn(folder).filter((name) => !existsSync(new URL(`./${folder}/${name}.test.ts`, import.meta.url)))).toEqual([])
})

describe('the public face', () => {
  it.each(FIXED)('has %s', (name) => {
    expect(face).toHaveProperty(name)
  })

  it('has every metric, regularizer, combinator and recipe', () => {
    const defining = definedIn('metrics')
    const listed = readFileSync(new URL('../src/metrics/index.ts', import.meta.url), 'utf8')
    expect(defining.filter((name) => !listed.includes(`'./${name}.js'`))).toEqual([])
    const others = [...modules('combinators').map((name) => `combinators/${name}`), ...modules('recipes').map((name) => `recipes/${name}`)]
    expect(others.filter((module) => !source.includes(`'./${module}.js'`))).toEqual([])
  })
})
