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
  gmsd,
  gram,
  LossException,
  mae,
  masked,
  mse,
  pixels,
  resized,
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

describe('any size', () => {
  const ANY = ['any', 'any', 'any', 3] as const

  /** Odd and even, upright and lying. */
  const SIZES = [
    [1, 40, 41, 3],
    [3, 67, 48, 3],
    [2, 53, 90, 3],
  ] as const

  const FREE: Readonly<Record<string, Loss<string, string>>> = {
    mse: mse(pixels),
    'ssim of blurred pictures': ssim(blurred(pixels)),
    gmsd: gmsd(pixels),
    'a sum with a regularizer': sum(weighted(0.5, mae(pixels)), weighted(0.01, totalVariation(pixels))),
    'named references': sum(mse(pixels), against('style', mae(pixels))),
    'a mask': mse(masked(pixels, { mask: 'face' })),
    'a layer after overlapping pooling': mae(featureAt('conv3')),
  }

  it.each(Object.keys(FREE))('has one file: %s', { timeout: 120_000 }, async (name) => {
    const loss = FREE[name] as Loss<string, string>
    const file = toOnnx(loss, network, { shape: ANY, gradient: true })
    const f = compile(loss, network)
    for (const shape of SIZES) {
      const pictures = picturesFor(f, shape)
      const found = await distances(file, f, pictures)
      expect(isSame(found), `${shape.join(' x ')}: ${JSON.stringify(found)}`).toBe(true)
      tf.dispose(pictures)
    }
  })

  it('keeps its digits in large pictures', async () => {
    const f = compile(mae(pixels)) as CompiledLoss<string>
    const pictures = picturesFor(f, [1, 541, 777, 3])
    const found = await distances(toOnnx(mae(pixels), { shape: ANY, gradient: true }), f, pictures)
    expect(isSame(found), JSON.stringify(found)).toBe(true)
    tf.dispose(pictures)
  })

  it.each([
    [
      ['any', 48, 64, 3],
      ['batch', 48, 64, 3],
    ],
    [
      [2, 'any', 64, 3],
      ['batch', 'height', 64, 3],
    ],
    [
      [2, 48, 'any', 3],
      ['batch', 48, 'width', 3],
    ],
    [
      [2, 'any', 'any', 3],
      ['batch', 'height', 'width', 3],
    ],
  ] as const)('is of the sides asked for: %j', async (shape, sides) => {
    const file = toOnnx(ssim(pixels), { shape, gradient: true })
    const f = compile(ssim(pixels)) as CompiledLoss<string>
    const side = (axis: number, otherwise: number): number => (typeof sides[axis] === 'number' ? sides[axis] : otherwise)
    const pictures = picturesFor(f, [3, side(1, 31), side(2, 39), 3])
    const found = await distances(file, f, pictures)
    expect(isSame(found), JSON.stringify(found)).toBe(true)
    tf.dispose(pictures)
  })

  it('keeps the batch of a loss that computes each sample by itself', async () => {
    const loss = mse(gram(featureAt('conv1', { activation: 'pre' })))
    const file = toOnnx(loss, network, { shape: [2, 'any', 'any', 3], gradient: true })
    const f = compile(loss, network)
    const [two, one] = [picturesFor(f, [2, 51, 66, 3]), picturesFor(f, [1, 51, 66, 3])]
    const found = await distances(file, f, two)
    expect(isSame(found), JSON.stringify(found)).toBe(true)
    await expect(runOnnx(file, one)).rejects.toThrow(/Expected: 2/)
    expect(() => toOnnx(loss, network, { shape: ANY })).toThrow(/the batch cannot be 'any', because the loss's operations depend on it \(.*\); give a number/)
    tf.dispose([two, one])
  })

  it('refuses pictures that it does not hold for, and says which', async () => {
    const file = toOnnx(ssim(pixels), { shape: ANY })
    const [square, small, other, turned] = [[1, 16, 16, 3], [1, 10, 40, 3], [1, 16, 17, 3], [1, 32, 8, 3]].map((shape) => smooth(shape, 1)) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] // prettier-ignore
    // onnxruntime-web leaves out the node's name, which says what is expected: Python's and Node's runtimes do not.
    const message = /cannot be reshaped/
    await expect(runOnnx(file, { prediction: small, target: small })).rejects.toThrow(message)
    await expect(runOnnx(file, { prediction: square, target: other })).rejects.toThrow(message)
    // As many numbers, in another shape.
    await expect(runOnnx(toOnnx(mae(pixels), { shape: ANY }), { prediction: square, target: turned })).rejects.toThrow(message)
    expect((await runOnnx(file, { prediction: square, target: square }))['value']).toEqual(Float32Array.of(0))
    expect(new TextDecoder('latin1').decode(file)).toContain('height of at least 11, width of at least 11, all pictures of one size')
    tf.dispose([square, small, other, turned])
  })

  it.each([
    ['matrices of the size', mse(resized(pixels, { height: 20, width: 20 })), /the height and the width cannot be 'any'/],
    ['blocks that grow with the picture', ssim(pixels, { downsample: 'auto' }), /the height( and the width)? cannot be 'any'/],
  ])('is refused for %s', (_, loss, message) => {
    expect(() => toOnnx(loss, { shape: [1, 'any', 'any', 3] })).toThrow(message)
    expect(() => toOnnx(loss, { shape: [1, 'any', 'any', 3] })).toThrow(/; give a number/)
  })

  it('is no word for channels, nor for another word', () => {
    for (const shape of [
      [1, 'any', 'any', 'any'],
      [1, 'free', 64, 3],
      ['any', 64, 64],
    ])
      expect(() => toOnnx(mse(pixels), { shape } as never)).toThrow(
        /wrong option shape: .*expected the size of the pictures, such as \[1, 256, 256, 3\] or \[1, 'any', 'any', 3\]/,
      )
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
