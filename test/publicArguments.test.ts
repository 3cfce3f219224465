/**
 * Every exported function, by the arguments that it takes: unknown options and foreign arguments end in a LossException, never in silence or a TypeError.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { option } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as main from '../src/index.js'
import * as distributions from '../src/distributions/index.js'
import * as jest from '../src/matcher/jest.js'
import * as laws from '../src/laws/index.js'
import * as node from '../src/node/index.js'
import * as onnx from '../src/onnx/index.js'
import * as python from '../src/python/index.js'
import * as reports from '../src/reports/index.js'
import * as vitest from '../src/matcher/vitest.js'
import * as lookLike from '../src/matcher/toLookLike.js'
import * as comparator from '../src/matcher/comparator.js'
import * as playwright from '../src/matcher/playwright.js'
import { loadGraphModel } from './support/graphModel.js'

// Playwright's own runner is not here: this is what the matcher takes of it.
vi.mock('@playwright/test', () => ({
  expect: { extend: () => undefined },
  test: {
    info: () => ({
      file: '/nowhere/a.test.ts',
      titlePath: ['a.test.ts', 'a test'],
      project: { name: '' },
      repeatEachIndex: 0,
      snapshotPath: (...names: readonly string[]) => join('/nowhere', ...names),
      outputPath: (name: string) => `/nowhere/${name}`,
      config: { updateSnapshots: 'none' },
    }),
  },
}))

type Call = (...args: readonly unknown[]) => unknown

/** How a function is called. */
interface Signature {
  /** Arguments that are right. */
  readonly args: readonly unknown[]
  /** The position of the options, where it takes some. */
  readonly options?: number
  /** A misspelt option, and the one that is suggested. */
  readonly typo?: readonly [string, string]
  /** Foreign values that are right, by position. */
  readonly takes?: Readonly<Record<number, readonly Foreign[]>>
  /** How it is applied, where it is curried or a method. */
  readonly apply?: (f: Call) => Call
}

const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 3 })] })
const FOREIGN = {
  undefined: () => undefined,
  null: () => null,
  number: () => 5,
  text: () => 'strange text',
  'long text': () => 'A'.repeat(2_000_000),
  Float32Array: () => new Float32Array(1080 * 1920 * 3),
  promise: () => Promise.resolve(1),
  model: () => model,
  object: () => ({ unheardOf: 1 }),
} as const
type Foreign = keyof typeof FOREIGN
const kinds = Object.keys(FOREIGN) as readonly Foreign[]

const { mse, pixels } = main
const loss = mse(pixels)
const image = tf.zeros<tf.Rank.R4>([1, 8, 8, 3])
const network = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 1, kernelSize: 1, name: 'only' })] })
const extractor = main.fromLayersModel(network)
const pair = { reference: image, prediction: image }
const judgment = { reference: image, first: image, second: image, preferSecond: 1 }
const screenshot = { metadata: { height: 2, width: 3 }, data: new Uint8Array(24) }
const features = distributions.statisticsOf([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]], ['a', 'b', 'c', 'd'], { of: 'pixels, averaged over positions' }) // prettier-ignore
const noTest = { runner: () => undefined }

const alone: Signature = { args: [loss] }
const optionsFirst = (typo?: readonly [string, string]): Signature => ({ args: [{}], options: 0, ...(typo === undefined ? {} : { typo }) })
const applied: Signature = { args: [pixels, {}], options: 1 }
const nothing: Signature = { args: [], options: 0 }
const named: Signature = { args: ['a', loss], takes: { 0: ['text', 'long text'] } }
const weights = optionsFirst(['weight', 'weights'])
const compiling: Signature = { args: [loss, {}], options: 1, typo: ['rnage', 'range'] }
const modelled: Signature = { args: [network, {}], options: 1, typo: ['layer', 'layers'] }
const scored: Signature = { args: [image, image, {}], options: 2, typo: ['rang', 'range'] }
const mapping: Signature = { args: [(part: unknown) => part, loss], apply: (f) => (g, of) => (f(g) as Call)(of) }
const traversing: Signature = {
  args: [option.Applicative, (part: unknown) => option.some(part), loss],
  apply: (f) => (F, g, of) => ((f(F) as Call)(g) as Call)(of),
}
const path: readonly Foreign[] = ['text', 'long text']

const each = (names: string, signature: Signature): Readonly<Record<string, Signature>> => Object.fromEntries(names.split(' ').map((name) => [name, signature]))

const SIGNATURES: Readonly<Record<string, Signature>> = {
  ...each('gram unitNormalized luma blurred highPassed resized halved standardized', applied),
  ...each(
    'mse mae charbonnier huber cosine squaredFrobenius ssim msSsim gmsd msGmsd mdsi fsim srSim vsi iwSsim dss nlpd flip ssimulacra2 cwSsim vif localStatistics ciede2000 haarPsi contextual slicedWasserstein focalFrequency',
    applied,
  ),
  ...each('discriminator relativistic outOfRange totalVariation nonSaturating leastSquares hinge wasserstein', applied),
  ...each('weightedChannels structureTexture adaptiveStructureTexture', applied),
  masked: { args: [pixels, 'face'], options: 1, takes: { 1: ['text', 'long text'] } },
  featureAt: { args: ['conv1', {}], options: 1, takes: { 0: ['text', 'long text'] }, typo: ['activatoin', 'activation'] },
  'scores.psnr': { ...scored, typo: ['chanels', 'channels'] },
  psnrOf: { args: [0.01, 80], takes: { 0: ['number'], 1: ['undefined', 'number'] } },
  'scores.ssim': { ...scored, args: [tf.zeros([1, 16, 16, 3]), tf.zeros([1, 16, 16, 3]), {}] },
  'scores.ssimMap': { ...scored, args: [tf.zeros([1, 16, 16, 3]), tf.zeros([1, 16, 16, 3]), {}] },
  'scores.ssimulacra2': { ...scored, args: [tf.zeros([1, 16, 16, 3]), tf.zeros([1, 16, 16, 3]), {}] },
  'scores.msSsim': { ...scored, args: [tf.zeros([1, 176, 176, 3]), tf.zeros([1, 176, 176, 3]), {}] },
  'lossMonoid.concat': { args: [loss, loss] },
  'CompiledLoss.tiling': { args: [[1, 8, 8, 3]] },
  sum: alone,
  mean: alone,
  weighted: { args: [2, loss], takes: { 0: ['number'] } },
  ...each('named against', named),
  perceptual: { args: [['block3_conv3']], takes: { 0: ['undefined'] } },
  ...each('johnsonContent johnsonStyle gatysStyle dists aDists stLpips', nothing),
  ...each('laplacianPyramid wassersteinDistortion lpips dinoPerceptual dreamsim esrgan realEsrgan', optionsFirst()),
  ...each('tryVgg16 vgg16 tryVgg19 vgg19 tryAlexnet alexnet tryAlexnetShiftTolerant alexnetShiftTolerant trySqueezenet squeezenet', weights),
  ...each('fromLayersModel tryFromLayersModel', modelled),
  ...each('fromGraphModel tryFromGraphModel', modelled),
  ...each('fromOnnx tryFromOnnx', { args: ['no.onnx', { input: 'imagenet' }], options: 1, typo: ['layer', 'layers'] }),
  ...each('toOnnx tryToOnnx', { args: [loss, extractor, { shape: [1, 8, 8, 3] }], options: 2, typo: ['gradients', 'gradient'], takes: { 1: ['undefined'] } }),
  ...each('mergeExtractors tryMergeExtractors', { args: [extractor, extractor] }),
  ...each('convertWeights tryConvertWeights', { args: ['no.pth', {}], options: 1, typo: ['preprocesing', 'preprocessing'] }),
  ...each('compile tryCompile', compiling),
  ...each('encode laws show toLatex toMermaid terms', alone),
  ...each('decode tryDecode', { args: [main.encode(loss), {}], options: 1, typo: ['definition', 'definitions'] }),
  ...each('decodeText tryDecodeText', { args: [JSON.stringify(main.encode(loss)), {}], options: 1 }),
  lossSchema: { args: [[]], takes: { 0: ['undefined'] } },
  ...each('balanceWeights tryBalanceWeights', { args: [loss, [pair], {}], options: 2, typo: ['share', 'shares'] }),
  ...each('fitWeights tryFitWeights', { args: [loss, [judgment], {}], options: 2, typo: ['rigde', 'ridge'] }),
  ...each('explain tryExplain', { args: [loss, undefined, { shape: [1, 8, 8, 3] }], options: 2, typo: ['shap', 'shape'], takes: { 1: ['undefined'] } }),
  ...each('showExplanation showDiff statistics encodeReport reportOf', { args: [undefined] }),
  ...each('decodeReport tryDecodeReport decodeResult tryDecodeResult', { args: [{}] }),
  ...each('toTorch tryToTorch toKeras tryToKeras', { args: [loss, {}], options: 1, typo: ['network', 'networks'] }),
  frechet: { args: [features, features] },
  kernelDistance: { args: [features, features, {}], options: 2, typo: ['subsetsize', 'subsetSize'] },
  precisionRecall: { args: [features, features, {}], options: 2, typo: ['neighbour', 'neighbours'] },
  statisticsOf: { args: [[[1, 2]], ['a'], { of: 'mine' }], options: 2, typo: ['sampel', 'sample'] },
  encodeStatistics: { args: [features] },
  ...each('decodeStatistics tryDecodeStatistics', { args: [distributions.encodeStatistics(features)] }),
  measureFeatures: { args: [pixels, {}], options: 1, typo: ['sampel', 'sample'] },
  frechetLoss: { args: [features, pixels, {}], options: 2, typo: ['position', 'positions'] },
  normalize: { args: [loss, {}], options: 1, typo: ['finit', 'finite'] },
  diffLosses: { args: [loss, loss] },
  ...each('mapFeatures mapWeights', mapping),
  ...each('traverseFeatures traverseWeights', traversing),
  ...each('defineMetric defineRegularizer defineTransform', { args: [{}], options: 0, typo: ['aply', 'apply'] }),
  differentiable: { args: [image, () => ({ value: image, gradient: () => image })] },
  checkLaws: { args: [loss, { numRuns: 1 }], options: 1, typo: ['numRun', 'numRuns'] },
  ...each('lossLaws metricLaws', { args: [loss, noTest], options: 1, typo: ['runer', 'runner'] }),
  subjectsOf: { args: [loss, undefined], takes: { 1: ['undefined'] } },
  ...each('leafArbitrary lossArbitrary imagePairArbitrary', optionsFirst(['minSid', 'minSide'])),
  featureArbitrary: { args: [[]], takes: { 0: ['undefined'] } },
  ...each('readImage tryReadImage', { args: ['no.png', {}], options: 1, typo: ['siz', 'size'] }),
  ...each('writeImage tryWriteImage', { args: ['no/no.png', image] }),
  heatmapToImage: { args: [tf.zeros([1, 8, 8, 1]), {}], options: 1, typo: ['colormpa', 'colormap'] },
  useFastestBackend: optionsFirst(['thread', 'threads']),
  ...each('convertWeightsFile tryConvertWeightsFile', { args: ['no.pth', 'no.safetensors', {}], options: 2, typo: ['forc', 'force'], takes: { 1: path } }),
  lookLikeDefaults: { args: [{}], options: 0 },
  warmUp: { args: [{ psnr: 30 }], options: 0 },
  'playwright.toLookLike': { args: ['no.png', 'no.png', {}], options: 2, apply: (f) => f.bind({ isNot: true }) },
  perceptualComparator: { args: [screenshot, screenshot, {}], options: 2 },
  toLookLike: { args: ['no.png', 'no.png', {}], options: 2, apply: (f) => f.bind({ isNot: true, testPath: '/nowhere/a.test.ts' }) },
}

/** Take no arguments, or any value without an error. */
const WITHOUT = new Set(['registerWasmKernels', 'restartBackend', 'getLossMonoid', 'describeError', 'LossException'])

/** The functions of a module, and those of its record of scores. */
const functionsOf = (module: object): readonly (readonly [string, Call])[] =>
  Object.entries(module).flatMap(([name, value]): readonly (readonly [string, Call])[] => {
    if (typeof value === 'function') return [[name, value as Call]]
    return name === 'scores' ? Object.entries(value as object).map(([own, f]) => [`scores.${own}`, f as Call] as const) : []
  })

/** Methods of exported values. */
const methods = {
  'lossMonoid.concat': main.lossMonoid.concat,
  'CompiledLoss.tiling': main.compile(loss, { memory: '64MiB' }).tiling,
  'playwright.toLookLike': playwright.toLookLike,
}

const exported = new Map([main, node, distributions, laws, onnx, python, reports, vitest, jest, lookLike, comparator, methods].flatMap(functionsOf))
const cases = [...exported].flatMap(([name, f]) => {
  const signature = SIGNATURES[name]
  return signature === undefined ? [] : [{ name, signature, call: signature.apply === undefined ? f : signature.apply(f) }]
})

/** The message that a call ends in, as an exception, a rejection or a Left; undefined where there is none. */
const refusal = async (name: string, call: () => unknown): Promise<string | undefined> => {
  const error = await ended(name, call)
  if (error === undefined) return undefined
  if (!(error instanceof main.LossException)) throw new Error(`${name} ended in ${error instanceof Error ? error.name : 'no exception'}`, { cause: error })
  expect(error.message.length).toBeLessThanOrEqual(1000)
  return error.message
}

const ended = async (name: string, call: () => unknown): Promise<unknown> => {
  try {
    const made = call()
    const result: unknown = await (name.startsWith('try') && typeof made === 'function' ? (made as () => unknown)() : made)
    const isLeft = typeof result === 'object' && result !== null && '_tag' in result && result._tag === 'Left' && 'left' in result
    return isLeft ? new main.LossException(result.left as main.LossError) : undefined
  } catch (error) {
    return error
  }
}

const replaced = (args: readonly unknown[], at: number, value: unknown): readonly unknown[] => [...args.slice(0, at), value, ...args.slice(at + 1)]

it('every exported function is in the table, and only those', () => {
  const known = new Set([...Object.keys(SIGNATURES), ...WITHOUT])
  expect([...exported.keys()].filter((name) => !known.has(name))).toEqual([])
  expect(Object.keys(SIGNATURES).filter((name) => !exported.has(name))).toEqual([])
})

describe('an unknown option is rejected by its name, with those that are known', () => {
  it.each(cases.filter(({ signature }) => signature.options !== undefined))('$name', async ({ name, signature: { args, options = 0, typo }, call }) => {
    const said = await refusal(name, () => call(...replaced(args, options, { unheardOf: 1 })))
    expect(said).toMatch(args.length === 0 ? /unheardOf.*expected no arguments/ : /unheardOf.*(expected one of \w+|expected no options)/)
    if (typo === undefined) return
    expect(await refusal(name, () => call(...replaced(args, options, { [typo[0]]: 1 })))).toMatch(new RegExp(`${typo[0]}: .*Did you mean ${typo[1]}\\?`))
  })
})

/** All of a function's foreign values take some milliseconds; to print 1080p as JSON takes 30 s for each. */
const SOON = 20_000

describe('a foreign argument is rejected, at once, in one short line', () => {
  it.each(cases)(
    '$name',
    async ({ name, signature: { args, options, takes = {} }, call }) => {
      for (const at of args.length === 0 ? [0] : args.keys())
        for (const kind of kinds) {
          const isLeftOut = at === options && kind === 'undefined'
          if (isLeftOut || takes[at]?.includes(kind) === true) continue
          const said = await refusal(name, () => call(...replaced(args, at, FOREIGN[kind]())))
          expect([kind, at, said]).toEqual([kind, at, expect.any(String)])
        }
    },
    SOON,
  )
})

const golden = (name: string): string => fileURLToPath(new URL(`goldens/images/${name}`, import.meta.url))
const alexnetFile = fileURLToPath(new URL('../weights/alexnet.safetensors', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-arguments-'))
})
afterAll(() => rm(folder, { recursive: true }))

const measured = { id: 'a', reference: 'a.png', picture: 'b.png', height: 8, width: 8, scores: { psnr: 30 } }
const report = () => reports.reportOf(reports.decodeResult(measured))
const different = { reference: image, prediction: tf.ones<tf.Rank.R4>([1, 8, 8, 3]) }
const other = main.fromLayersModel(tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 1, kernelSize: 1, name: 'other' })] }))
const spec = { id: 'ours', laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }), apply: () => () => tf.zeros([1]) }

/** Right arguments of rows whose own stand for files that are not there, or for values that other functions make. */
const RIGHT: Readonly<Record<string, () => readonly unknown[] | Promise<readonly unknown[]>>> = {
  ...eachOf('vgg16 tryVgg16 alexnet tryAlexnet', () => [{}]),
  ...eachOf('convertWeights tryConvertWeights', () => [new Uint8Array(readFileSync(alexnetFile))]),
  ...eachOf('convertWeightsFile tryConvertWeightsFile', () => [alexnetFile, join(folder, 'copy.safetensors'), { force: true }]),
  ...eachOf('readImage tryReadImage', () => [golden('coffee.png'), {}]),
  ...eachOf('writeImage tryWriteImage', () => [join(folder, 'black.png'), image]),
  ...eachOf('toLookLike playwright.toLookLike', () => [golden('coffee_noise.png'), golden('coffee.png'), { psnr: 90 }]),
  ...eachOf('fromGraphModel tryFromGraphModel', async () => [await loadGraphModel(), { layers: ['conv/Relu'] }]),
  ...eachOf('fromOnnx tryFromOnnx', () => [fileURLToPath(new URL('goldens/onnx/convnext.onnx', import.meta.url)), { input: 'imagenet' }]),
  ...eachOf('mergeExtractors tryMergeExtractors', () => [extractor, other]),
  showExplanation: async () => [await main.explain(loss, { shape: [1, 8, 8, 3] })],
  showDiff: () => [main.diffLosses(loss, main.weighted(2, loss))],
  statistics: () => [report().scores['psnr']],
  ...eachOf('encodeReport', () => [report()]),
  ...eachOf('decodeReport tryDecodeReport', () => [reports.encodeReport(report())]),
  ...eachOf('reportOf decodeResult tryDecodeResult', () => [measured]),
  ...eachOf('defineMetric defineRegularizer', () => [spec]),
  defineTransform: () => [{ id: 'ours', apply: () => (feature: unknown) => feature }],
  ...eachOf('balanceWeights tryBalanceWeights', () => [loss, [different]]),
  ...eachOf('fitWeights tryFitWeights', () => [loss, [{ ...judgment, second: different.prediction, preferSecond: 0 }], { ridge: 1 }]),
  checkLaws: () => [loss, { numRuns: 1 }],
  ...eachOf('lossLaws metricLaws', () => [loss, noTest]),
}

function eachOf<A>(names: string, right: A): Readonly<Record<string, A>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, right]))
}

/** Rows whose arguments are not tried here, and why. */
const NOT_TRIED: Readonly<Record<string, string>> = {
  ...eachOf('vgg19 tryVgg19 squeezenet trySqueezenet', 'their weights are not in the package: test/layers/networks has stand-ins for them'),
  useFastestBackend: "it changes this process's backend: test/node/useFastestBackend.test.ts does so in its own",
}

describe('right arguments are accepted', () => {
  it.each(cases.filter(({ name }) => !Object.hasOwn(NOT_TRIED, name)))('$name', async ({ name, signature: { args }, call }) => {
    const right = (await RIGHT[name]?.()) ?? args
    expect(await refusal(name, () => call(...right))).toBeUndefined()
  })

  it('both lists name functions of the table', () => {
    expect([...Object.keys(RIGHT), ...Object.keys(NOT_TRIED)].filter((name) => !Object.hasOwn(SIGNATURES, name))).toEqual([])
  })
})
