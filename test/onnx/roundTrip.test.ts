/** `fromOnnx` reads what `toOnnx` wrote, and gives the same values: losses of pixels and of windows, over a network, of Grams, and with free sides. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  alexnet,
  charbonnier,
  compile,
  cosine,
  featureAt,
  gmsd,
  gram,
  lpips,
  mae,
  mse,
  msSsim,
  pixels,
  ssim,
  sum,
  totalVariation,
  weighted,
  type CompiledLoss,
  type Extractor,
  type Loss,
} from '../../src/index.js'
import { fromOnnx, toOnnx, type OnnxSide } from '../../src/onnx/index.js'
import { withConstants } from '../support/onnxConstantInput.js'
import { picturesFor } from '../support/onnxRuntime.js'
import { take } from '../support/tensors.js'
import { tapOf } from './onnxNetworks.js'

let network: Extractor<string>

beforeAll(async () => {
  network = (await alexnet()) as Extractor<string>
})

afterAll(() => {
  network.dispose()
})

const [FIXED, ANY]: readonly [readonly OnnxSide[], readonly OnnxSide[]] = [
  [1, 66, 71, 3],
  [2, 'any', 'any', 3],
]

const CASES: readonly (readonly [name: string, loss: Loss<string, string>, shape: readonly OnnxSide[]])[] = [
  ['mse', mse(pixels), FIXED],
  ['charbonnier', charbonnier(pixels), FIXED],
  ['ssim', ssim(pixels), FIXED],
  ['msSsim of two scales', msSsim(pixels, { weights: [0.5, 0.5] }), FIXED],
  ['gmsd', gmsd(pixels), FIXED],
  ['a layer of a network', cosine(featureAt('conv3')), FIXED],
  ['lpips', lpips() as Loss<string, string>, FIXED],
  ['a Gram', mse(gram(featureAt('conv2'))), FIXED],
  ['a sum with a regularizer', sum(mae(pixels), weighted(0.1, totalVariation(featureAt('conv1')))), FIXED],
  ['any size: mse', mse(pixels), ANY],
  ['any size: ssim', ssim(pixels), ANY],
  ['any size: a layer of a network', mse(featureAt('conv3')), ANY],
  ['any size: a Gram', mse(gram(featureAt('conv2'))), ANY],
]

it.each(CASES)('%s', { timeout: 60_000 }, async (_, loss, shape) => {
  const f = compile(loss, network) as CompiledLoss<string>
  const { prediction, ...references } = picturesFor(f, [shape === ANY ? 2 : 1, 66, 71, 3])
  const file = toOnnx(loss, network, { shape: shape as never })
  const extractor = await fromOnnx(withConstants(file, references), { input: 'unit', layers: ['value', 'perSample'] })
  const [value, perSample] = tf.tidy(() => [...extractor.features(prediction as tf.Tensor4D, [tapOf('value'), tapOf('perSample')], 'unit')])
  const ours = take(f.perSample(references, prediction as tf.Tensor4D))
  const theirs = take(perSample ?? tf.scalar(Number.NaN))
  expect(theirs).toHaveLength(ours.length)
  ours.forEach((x, i) => {
    expect(Math.abs((theirs[i] ?? Number.NaN) - x) / Math.max(1, Math.abs(x))).toBeLessThan(1e-5)
  })
  expect(Math.abs((take(value ?? tf.scalar(Number.NaN))[0] ?? Number.NaN) - (take(f(references, prediction as tf.Tensor4D))[0] ?? 0))).toBeLessThan(1e-5)
  tf.dispose([prediction as tf.Tensor, ...Object.values(references)])
  extractor.dispose()
})
