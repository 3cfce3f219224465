/** What the examples of the docstrings take as given: a line for each name, made of other names where it wants to. */
const picture = (name: string): string => `const ${name} = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 3])`
const fpTs = (name: string): string => `import { ${name} } from 'fp-ts'`

const LOGITS = `tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [32, 32, 3], filters: 4, kernelSize: 4, name: 'conv2' }),
  tf.layers.conv2d({ filters: 1, kernelSize: 4, name: 'logits' }),
] })`

export const GIVEN_NAMES: Readonly<Record<string, string>> = {
  // modules
  tf: "import * as tf from '@tensorflow/tfjs'",
  fc: "import fc from 'fast-check'",
  E: "import { either as E } from 'fp-ts'",
  ...Object.fromEntries(['array', 'either', 'option', 'monoid'].map((name) => [name, fpTs(name)])),
  pipe: "import { function as F } from 'fp-ts'\nconst { pipe } = F",
  ...Object.fromEntries(['readFile', 'writeFile'].map((name) => [name, `import { ${name} } from 'node:fs/promises'`])),

  // pictures
  ...Object.fromEntries(['target', 'prediction', 'style', 'image', 'reference', 'first', 'second', 'real', 'generated'].map((name) => [name, picture(name)])),
  face: 'const face = tf.ones<tf.Rank.R4>([1, 32, 32, 1])',
  sigma: 'const sigma = tf.ones<tf.Rank.R4>([1, 32, 32, 1])',
  noise: 'const noise = tf.zeros<tf.Rank.R4>([1, 32, 32, 3])',
  images: 'const images = tf.zeros<tf.Rank.R4>([1, 32, 32, 3])',
  names: "const names = ['a.png']",
  pairs: 'const pairs = [{ reference, prediction }]',
  judgments: 'const judgments = [{ reference, first, second, preferSecond: 0.8 }]',

  // models
  discriminator: `const discriminator = ${LOGITS}`,
  model: `const model = ${LOGITS}`,
  generator:
    "const generator = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [32, 32, 3], filters: 3, kernelSize: 3, padding: 'same' })] })\ngenerator.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })",
  variables: 'const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)',
  optimizer: 'const optimizer = tf.train.sgd(1e-3)',
  url: "import { twoConvolutions } from '../../long/docs/twoConvolutions.js'\nconst url = twoConvolutions as unknown as string",

  // losses
  loss: "const loss = sum(named('content', mse(featureAt('block1_conv2'))), named('style', weighted(10, mae(featureAt('block2_conv2')))))",
  styleTransfer: "const styleTransfer = sum(named('content', mse(pixels)), named('style', mae(pixels)))",
  a: 'const a = mse(pixels)',
  b: 'const b = mae(pixels)',
  c: 'const c = ssim(pixels)',
  extractor: 'const extractor = await vgg16()',
  f: 'const f = compile(mse(pixels))',
  acmeEdges: "import { edges as acmeEdges } from '../../support/acme.js'",
  json: 'const json = encode(acmeEdges(pixels))',

  // laws
  myMetric:
    "import { defineMetric } from 'perceptual-loss'\nconst myMetric = defineMetric({ id: 'mine', options: t.strict({ radius: t.number }), defaults: { radius: 1 }, laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }), apply: () => (x, y) => tf.sum(tf.square(tf.sub(x, y)), [1, 2, 3].slice(0, x.rank - 1)) })",
  t: "import * as t from 'io-ts'",
  myLossFunction: 'const myLossFunction = compile(mse(pixels))',
  myLoss: 'const myLoss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.mean(tf.square(tf.sub(yTrue, yPred))) as tf.Scalar',
  describe: 'const describe = (_: string, tests: () => void): void => tests()',
  it: 'const it = (_: string, test: () => unknown): void => void test()',
  test: 'const test = (_: string, run: () => unknown): void => void run()',

  // reports
  line: `const line = JSON.stringify({ id: '1', reference: 'a.png', picture: 'b.png', height: 8, width: 8, scores: { lpips: 0.1 } })`,
  results: 'const results = [decodeResult(JSON.parse(line))]',
  parts: 'const parts = results.map(reportOf)',
  report: 'const report = parts.reduce(reportMonoid.concat, reportMonoid.empty)',
  text: 'const text = JSON.stringify(encodeReport(report))',

  // a test suite
  screenshot: 'const screenshot = { metadata: { height: 40, width: 40 }, data: new Uint8Array(6400) }',
  page: "import { readFileSync } from 'node:fs'\nconst page = { screenshot: () => Promise.resolve(readFileSync('photo.png')) }",
  expect: "import { looksLike as expect } from '../../long/docs/looksLike.js'",
}

/** Statistics of two sets of five pictures. */
const SETS = {
  real: "const real = statisticsOf([[0, 1], [1, 0], [1, 2], [3, 1], [2, 2]], ['a', 'b', 'c', 'd', 'e'], { of: 'made up' })",
  generated: "const generated = statisticsOf([[0, 2], [1, 1], [1, 3], [3, 2], [2, 3]], ['a', 'b', 'c', 'd', 'e'], { of: 'made up' })",
}

const DECODED = { ...SETS, text: 'const text = JSON.stringify(encodeStatistics(real))' }

/** Pictures that Wasserstein distortion takes. */
const LARGE = {
  ...Object.fromEntries(['target', 'prediction'].map((name) => [name, `const ${name} = tf.randomUniform<tf.Rank.R4>([1, 64, 64, 3])`])),
  sigma: 'const sigma = tf.ones<tf.Rank.R4>([1, 64, 64, 1])',
}

/** Names that mean something else in the examples of an export. */
export const GIVEN_TO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  wassersteinDistortion: LARGE,
  frechet: SETS,
  kernelDistance: SETS,
  precisionRecall: SETS,
  encodeStatistics: SETS,
  decodeStatistics: DECODED,
  tryDecodeStatistics: DECODED,
  statisticsMonoid: { ...SETS, parts: 'const parts = [real, generated]' },
  frechetLoss: {
    noise: 'const noise = tf.zeros<tf.Rank.R4>([2, 32, 32, 3])',
    real: "const real = await measureFeatures(featureAt('block5_conv3'), await vgg16())(tf.randomUniform([2, 32, 32, 3]), ['a', 'b'])",
  },
  toLookLike: { expect: "import { expect } from 'vitest'" },
}
