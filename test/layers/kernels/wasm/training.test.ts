/**
 * Training on WASM: one step of models with every kind of layer that generators use, against the cpu backend; and what is said without `registerWasmKernels`.
 *
 * Tolerance: 1e-5 of the largest weight, for the two backends add in different orders.
 */
import * as tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { compile, mse, pixels, registerWasmKernels } from '../../../../src/index.js'
import { MISSING_KERNELS } from '../../../../src/core/tensors/missingKernels.js'
import { noise } from '../../../support/images.js'

const { layers } = tf
const seeded = (seed: number) => tf.initializers.glorotUniform({ seed })
const same = { kernelSize: 3, padding: 'same', depthwiseInitializer: seeded(2), kernelInitializer: seeded(4) } as const
const separable = { kernelSize: 3, padding: 'same', filters: 3, depthwiseInitializer: seeded(2), pointwiseInitializer: seeded(3) } as const

/** What stands between two convolutions. */
const LAYERS: Readonly<Record<string, () => tf.layers.Layer>> = {
  depthwise: () => layers.depthwiseConv2d({ ...same }),
  'depthwise, strided': () => layers.depthwiseConv2d({ ...same, strides: 2 }),
  'depthwise, two filters per channel, valid': () => layers.depthwiseConv2d({ ...same, depthMultiplier: 2, padding: 'valid' }),
  'depthwise, strided, 5 x 5': () => layers.depthwiseConv2d({ ...same, kernelSize: 5, strides: 2, padding: 'valid' }),
  separable: () => layers.separableConv2d({ ...separable, filters: 5 }),
  'separable, strided': () => layers.separableConv2d({ ...separable, filters: 5, strides: 2 }),
  transposed: () => layers.conv2dTranspose({ ...same, filters: 4, strides: 2 }),
  'max pooling of negative values, too': () => layers.maxPooling2d({ poolSize: 2 }),
  'max pooling, overlapping': () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  'average pooling': () => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  'bilinear upsampling': () => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
  'batch normalization': () => layers.batchNormalization(),
  'layer normalization': () => layers.layerNormalization(),
  dropout: () => layers.dropout({ rate: 0.5, seed: 5 }),
  leakyReLU: () => layers.leakyReLU({ alpha: 0.2 }),
  prelu: () => layers.prelu({ alphaInitializer: seeded(6) }),
  elu: () => layers.elu(),
  swish: () => layers.activation({ activation: 'swish' }),
  gelu: () => layers.activation({ activation: 'gelu' }),
  softplus: () => layers.activation({ activation: 'softplus' }),
  selu: () => layers.activation({ activation: 'selu' }),
  tanh: () => layers.activation({ activation: 'tanh' }),
  relu6: () => layers.activation({ activation: 'relu6' }),
}

const around = (layer: tf.layers.Layer): tf.Sequential =>
  tf.sequential({
    layers: [layers.conv2d({ ...same, filters: 4, inputShape: [8, 8, 3] }), layer, layers.conv2d({ ...same, filters: 3, kernelSize: 1 })],
  })

/** A MobileNet-like generator: inverted residuals of depthwise convolutions, downwards and upwards. */
const mobileGenerator = (): tf.LayersModel => {
  const block = (x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor => {
    const wide = layers.conv2d({ ...same, filters: 3 * filters, kernelSize: 1, activation: 'relu6' }).apply(x)
    const deep = layers.reLU({ maxValue: 6 }).apply(layers.batchNormalization().apply(layers.depthwiseConv2d({ ...same, strides }).apply(wide)))
    return layers.conv2d({ ...same, filters, kernelSize: 1 }).apply(deep) as tf.SymbolicTensor
  }
  const input = tf.input({ shape: [16, 16, 3] })
  const down = block(layers.conv2d({ ...same, filters: 6 }).apply(input) as tf.SymbolicTensor, 8, 2)
  const residual = layers.add().apply([down, block(down, 8, 1)]) as tf.SymbolicTensor
  const up = layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }).apply(residual)
  const out = layers.separableConv2d({ ...separable, activation: 'sigmoid' }).apply(up) as tf.SymbolicTensor
  return tf.model({ inputs: input, outputs: out })
}

/** The loss and all weights after a step on a backend. */
const stepOn = async (backend: string, make: () => tf.LayersModel, input = noise(1, [2, 8, 8, 3])): Promise<readonly Float32Array[]> => {
  await tf.setBackend(backend)
  const model = make()
  const target = tf.fill([2, ...model.outputShape.slice(1).map((side) => side as number)], 0.3)
  model.compile({ optimizer: tf.train.sgd(0.1), loss: compile(mse(pixels)) })
  const loss = (await model.trainOnBatch(tf.tensor(input.arraySync()), target)) as number
  return [Float32Array.of(loss), ...model.getWeights().map((weight) => weight.dataSync<'float32'>().slice())]
}

const expectEqual = (received: readonly Float32Array[], expected: readonly Float32Array[]): void => {
  const largest = Math.max(...expected.flatMap((weights) => [...weights].map(Math.abs)))
  received.forEach((weights, i) => {
    weights.forEach((value, j) => {
      expect(Math.abs(value - (expected[i]?.[j] ?? Number.NaN)) / largest).toBeLessThan(1e-5)
    })
  })
}

const own = tf.getBackend()
afterAll(() => tf.setBackend(own))

describe('without registerWasmKernels', () => {
  it.each([
    ['a convolution', () => layers.activation({ activation: 'linear' }), 'Conv2DBackpropFilter'],
    ['a depthwise convolution', () => layers.depthwiseConv2d({ ...same }), 'DepthwiseConv2dNativeBackprop'],
  ] as const)('the error of %s names the cure', async (_name, layer, kernel) => {
    MISSING_KERNELS.forEach((name) => {
      if ((tf.getKernel(name, 'wasm') as unknown) !== undefined) tf.unregisterKernel(name, 'wasm')
    })
    await expect(stepOn('wasm', () => around(layer()))).rejects.toThrow(
      new RegExp(`'(Conv2DBackpropFilter|${kernel}).*registerWasmKernels\\(\\) once before training`),
    )
  })

  it('the error of a gather names the cure, and training works once they are registered', () => {
    const table = noise(1, [1, 4, 4, 3])
    const gathered = () =>
      tf.tidy(() =>
        Array.from(
          tf
            .grad((x) => compile(mse(pixels))(table, tf.gather(x, [0, 0, 3, 1], 1) as tf.Tensor4D))(table)
            .dataSync<'float32'>(),
        ),
      )
    expect(gathered).toThrow("'UnsortedSegmentSum', which this model needs for training")
    registerWasmKernels()
    expect(gathered().some((value) => value !== 0)).toBe(true)
  })
})

describe('with registerWasmKernels, a step equals that of the cpu backend', () => {
  it.each(Object.entries(LAYERS))('%s', async (_name, layer) => {
    registerWasmKernels()
    expectEqual(await stepOn('wasm', () => around(layer())), await stepOn('cpu', () => around(layer())))
  })

  it('a MobileNet-like generator', async () => {
    registerWasmKernels()
    const images = noise(2, [2, 16, 16, 3])
    expectEqual(await stepOn('wasm', mobileGenerator, images), await stepOn('cpu', mobileGenerator, images))
  })

  it('a MobileNet-like generator learns a picture', async () => {
    registerWasmKernels()
    await tf.setBackend('wasm')
    const model = mobileGenerator()
    model.compile({ optimizer: tf.train.adam(0.02), loss: compile(mse(pixels)) })
    const { history } = await model.fit(noise(2, [2, 16, 16, 3]), tf.fill([2, 16, 16, 3], 0.8), { epochs: 20, verbose: 0 })
    const losses = history['loss'] as number[]
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 4)
  })

  it.each([
    ['repeated ids', [0, 2, 2, 1, 0], 4],
    ['ids of no segment', [-1, 7, 1, 3, 1], 4],
    ['one segment', [0, 0, 0, 0, 0], 1],
  ] as const)('segment sums: %s', async (_name, ids, segments) => {
    registerWasmKernels()
    const sumsOn = async (backend: string): Promise<readonly number[]> => {
      await tf.setBackend(backend)
      return tf.tidy(() =>
        Array.from(
          tf
            .unsortedSegmentSum(
              tf.tensor3d(
                Array.from({ length: 30 }, (_, i) => i / 8),
                [5, 2, 3],
              ),
              tf.tensor1d([...ids], 'int32'),
              segments,
            )
            .dataSync(),
        ),
      )
    }
    expect(await sumsOn('wasm')).toEqual(await sumsOn('cpu'))
  })

  it('depthwise convolutions that are dilated, or padded by pixels', async () => {
    registerWasmKernels()
    const kernels = async (backend: string, pad: 'same' | 'valid' | number, dilations: number): Promise<readonly Float32Array[]> => {
      await tf.setBackend(backend)
      const [x, filter] = [noise(3, [2, 9, 8, 3]), noise(4, [3, 3, 3, 2])]
      const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, 1, dilations, pad, undefined, true)
      const dy = noise(5, info.outShape)
      const attrs = { strides: 1, dilations: [dilations, dilations], pad }
      const run = (name: string, inputs: Record<string, tf.Tensor>, more: Record<string, number[]>): Float32Array =>
        (tf.engine().runKernel(name, inputs, { ...attrs, ...more }) as tf.Tensor).dataSync<'float32'>().slice()
      return [
        run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { inputShape: x.shape }),
        run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { filterShape: filter.shape }),
      ]
    }
    for (const pad of ['same', 'valid', 1, 3] as const) expectEqual(await kernels('wasm', pad, 1), await kernels('cpu', pad, 1))
    // The cpu backend's ignores dilation, so the sum of a product with the output checks it: <dy, conv(x)> = <images' gradient, x> = <filter's gradient, filter>.
    const [images, filters] = await kernels('wasm', 'same', 2)
    await tf.setBackend('cpu')
    const [x, filter] = [noise(3, [2, 9, 8, 3]), noise(4, [3, 3, 3, 2])]
    const expected = tf.sum(tf.mul(tf.depthwiseConv2d(x, filter, 1, 'same', 'NHWC', 2), noise(5, [2, 9, 8, 6]))).arraySync() as number
    const dot = (a: Float32Array | undefined, b: tf.Tensor): number => tf.tidy(() => tf.sum(tf.mul(tf.tensor(a ?? [], b.shape), b)).arraySync() as number)
    expect(dot(images, x) / expected).toBeCloseTo(1, 4)
    expect(dot(filters, filter) / expected).toBeCloseTo(1, 4)
  })
})
