/** Losses as ONNX files: onnxruntime gives their values and gradients. Every metric and recipe is in the long tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  against,
  alexnet,
  blurred,
  compile,
  defineMetric,
  featureAt,
  gram,
  LossException,
  mae,
  masked,
  mse,
  pixels,
  ssim,
  sum,
  totalVariation,
  weighted,
  type CompiledLoss,
  type Extractor,
  type Loss,
} from '../../src/index.js'
import { fromOnnx, toOnnx, tryToOnnx } from '../../src/onnx/index.js'
import { norm, take } from '../support/tensors.js'
import { tapOf } from './onnxNetworks.js'
import { distances, isSame, picturesFor, runOnnx, smooth } from '../support/onnxRuntime.js'

const SHAPE = [2, 35, 38, 3] as const
let network: Extractor<string>

beforeAll(async () => {
  network = (await alexnet()) as Extractor<string>
})

afterAll(() => {
  network.dispose()
})

const LOSSES: Readonly<Record<string, Loss<string, string>>> = {
  mse: mse(pixels),
  'ssim of blurred pictures': ssim(blurred(pixels)),
  'no term': sum(),
  'a sum with a regularizer': sum(weighted(0.5, mae(pixels)), weighted(0.01, totalVariation(pixels))),
  'named references': sum(mse(pixels), against('style', mae(pixels))),
  'a mask': mse(masked(pixels, { mask: 'face' })),
  'layers of a network': sum(mse(featureAt('conv2')), mse(gram(featureAt('conv1', { activation: 'pre' })))),
  'a layer after overlapping pooling': mae(featureAt('conv3')),
}

describe('toOnnx', () => {
  it.each(Object.keys(LOSSES))('gives the value and the gradient: %s', async (name) => {
    const loss = LOSSES[name] as Loss<string, string>
    const f = compile(loss, network)
    const pictures = picturesFor(f, SHAPE)
    const file = toOnnx(loss, network, { shape: SHAPE, gradient: true })
    const found = await distances(file, f, pictures)
    expect(isSame(found), JSON.stringify(found)).toBe(true)
    tf.dispose(pictures)
  })

  it('takes the range of the pictures', async () => {
    const f = compile(mse(pixels), { range: [0, 255] }) as CompiledLoss<string>
    const pictures = tf.tidy(() => Object.fromEntries(Object.entries(picturesFor(f, SHAPE)).map(([name, x]) => [name, tf.mul(x, 255)])))
    expect(isSame(await distances(toOnnx(mse(pixels), { shape: SHAPE, range: [0, 255], gradient: true }), f, pictures))).toBe(true)
    tf.dispose(pictures)
  })

  it('has no gradient by default, and leaves the backend and no tensor behind', async () => {
    const [backend, before] = [tf.getBackend(), tf.memory().numTensors]
    const file = toOnnx(mae(pixels), { shape: SHAPE })
    expect(tf.getBackend()).toBe(backend)
    // The check of the range reads later, and frees what it reads.
    await new Promise(setImmediate)
    expect(tf.memory().numTensors).toBe(before)
    const [target, prediction] = [smooth(SHAPE, 2), smooth(SHAPE, 1)]
    expect(Object.keys(await runOnnx(file, { target, prediction }))).toEqual(['value', 'perSample'])
    tf.dispose([target, prediction])
  })

  it('writes large weights into a file beside the model, on pages of memory', async () => {
    const loss = mae(featureAt('conv2'))
    const [f, one] = [compile(loss, network), toOnnx(loss, network, { shape: SHAPE, gradient: true })]
    const { model, weights } = toOnnx(loss, network, { shape: SHAPE, gradient: true, weights: { beside: 'alexnet.data' } })
    // Little but the graph is left: the filters of two convolutions, and those of the gradient, are 1.3 MB each.
    expect(model.length).toBeLessThan(100_000)
    expect(weights.length).toBeGreaterThan(1_000_000)
    expect(model.length + weights.length).toBeGreaterThan(one.length)
    const pictures = picturesFor(f, SHAPE)
    const found = await distances(model, f, pictures, (file, inputs) => runOnnx(file, inputs, { 'alexnet.data': weights }))
    expect(isSame(found), JSON.stringify(found)).toBe(true)
    await expect(runOnnx(model, pictures)).rejects.toThrow(/alexnet\.data|external/i)
    tf.dispose(pictures)
  })

  it('is read back from two files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-beside-'))
    // A regularizer has one input: the prediction.
    const loss = totalVariation(featureAt('conv2'))
    const { model, weights } = toOnnx(loss, network, { shape: SHAPE, weights: { beside: 'alexnet.data' } })
    await writeFile(join(folder, 'loss.onnx'), model)
    await writeFile(join(folder, 'alexnet.data'), weights)
    const extractor = await fromOnnx(join(folder, 'loss.onnx'), { input: 'unit', layers: ['perSample'] })
    const f = compile(loss, network)
    const images = smooth(SHAPE, 3) as tf.Tensor4D
    const [values] = tf.tidy(() => [...extractor.features(images, [tapOf('perSample')], 'unit')])
    expect(norm(take(values ?? tf.scalar(0)).map((x, i) => x - (take(f.perSample({}, images))[i] ?? Number.NaN)))).toBeLessThan(1e-5)
    extractor.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  it('refuses a place of the weights outside the folder', () => {
    for (const weights of ['beside', { beside: '../a' }, { beside: 'a/b' }, { beside: '' }, { beside: 'a', also: 1 }, {}]) {
      const found = tryToOnnx(mse(pixels), { shape: SHAPE, weights } as never)
      expect(E.isLeft(found) && new LossException(found.left).message).toMatch(
        /toOnnx: wrong option weights: .*expected 'inside', or \{ beside: 'lpips\.data' \}/,
      )
    }
  })

  it('traces large pictures in no time', () => {
    expect(toOnnx(sum(mae(pixels), totalVariation(pixels)), { shape: [1, 8192, 8192, 3], gradient: true }).length).toBeLessThan(20_000)
  })

  it('is read back by fromOnnx', async () => {
    const loss = totalVariation(pixels)
    const extractor = await fromOnnx(toOnnx(loss, { shape: SHAPE }), { input: 'unit', layers: ['perSample'] })
    const [prediction, f] = [smooth(SHAPE, 1), compile(loss) as CompiledLoss<string>]
    const [read] = extractor.features(prediction as tf.Tensor4D, [{ layer: 'perSample', activation: 'post', pooling: 'max' }], 'unit')
    const ours = f.perSample({}, prediction)
    expect(Array.from(read?.dataSync<'float32'>() ?? [])).toEqual(Array.from(ours.dataSync(), (x) => expect.closeTo(x, 4) as number))
    tf.dispose([prediction, read ?? [], ours])
    extractor.dispose()
  })
})

describe('a Left', () => {
  const reading = defineMetric({
    id: 'reading',
    laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
    flops: () => () => 0,
    apply: () => (reference, prediction) => tf.mul(tf.mean(tf.sub(reference, prediction), [1, 2, 3]), prediction.dataSync()[0] ?? 0) as tf.Tensor1D,
  })
  const transformed = defineMetric({
    id: 'transformed',
    laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
    flops: () => () => 0,
    apply: () => (reference, prediction) => tf.mean(tf.abs(tf.spectral.rfft(tf.sub(reference, prediction))), [1, 2, 3]) as tf.Tensor1D,
  })

  it.each([
    ['numbers that are read', reading(pixels), /cannot be written as ONNX: it reads numbers that depend on the pictures/],
    ['a kernel without a form', transformed(pixels), /cannot be written as ONNX: the kernel (FFT|RFFT|Complex)/],
  ])('names %s', (_, loss, message) => {
    const backend = tf.getBackend()
    expect(() => toOnnx(loss, { shape: SHAPE, gradient: true })).toThrow(message)
    expect(tf.getBackend()).toBe(backend)
  })

  it('is that of compile for what does not fit', () => {
    expect(tryToOnnx(mse(featureAt('conv9')) as Loss, network as never, { shape: SHAPE } as never)).toMatchObject(E.left({ _tag: 'UnknownLayer' }))
    expect(tryToOnnx(mse(featureAt('conv3')), network, { shape: [1, 4, 4, 3] })).toMatchObject(E.left({ _tag: 'TooSmall' }))
    expect(tryToOnnx(mse(pixels), {} as never)).toMatchObject(E.left({ _tag: 'BadArgument' }))
  })
})
