/** The gradients of a convolution in its filter and in its images: against plain loops, through the backend, and in a model that trains. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, mse, pixels, registerWasmKernels } from '../../../../src/index.js'
import { filterGradient } from '../../../../src/layers/kernels/wasm/filterGradient.js'
import { imagesGradient } from '../../../../src/layers/kernels/wasm/imagesGradient.js'
import { noise } from '../../../support/images.js'
import { norm, take } from '../../../support/tensors.js'

beforeAll(registerWasmKernels)

type Shape4 = [number, number, number, number]

interface Case {
  readonly x: Shape4
  readonly filter: Shape4
  readonly strides: number | [number, number]
  readonly pad: 'same' | 'valid' | number
}

const CASES: readonly Case[] = [
  { x: [2, 8, 9, 3], filter: [3, 3, 3, 5], strides: 1, pad: 'same' },
  { x: [2, 8, 9, 3], filter: [3, 3, 3, 5], strides: 1, pad: 'valid' },
  { x: [3, 9, 8, 2], filter: [5, 5, 2, 4], strides: 2, pad: 'same' },
  { x: [3, 9, 8, 2], filter: [3, 3, 2, 4], strides: 2, pad: 'valid' },
  { x: [1, 10, 11, 4], filter: [4, 4, 4, 2], strides: 2, pad: 'same' },
  // Neither side is reached to its end: a row and a column belong to no window.
  { x: [1, 8, 8, 1], filter: [1, 1, 1, 6], strides: 2, pad: 'valid' },
  { x: [2, 7, 9, 3], filter: [3, 5, 3, 2], strides: [1, 2], pad: 'same' },
  { x: [2, 7, 9, 3], filter: [3, 3, 3, 2], strides: 2, pad: 1 },
]

const describeCase = ({ x, filter, strides, pad }: Case): string => `${x.join('x')} by ${filter.join('x')}, stride ${String(strides)}, ${String(pad)}`

/** The definition: for each element of the filter, the sum over batch and positions of the image under it times the output's gradient. */
const byLoops = (x: Tensor4D, dy: Tensor4D, { filter, strides, pad }: Case): Float32Array => {
  const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(x.shape, filter, strides, 1, pad)
  const [images, above] = [x.arraySync(), dy.arraySync()]
  const [height, width, input, output] = filter
  const result = new Float32Array(height * width * input * output)
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++)
      for (let c = 0; c < input; c++)
        for (let o = 0; o < output; o++) {
          const sum = above.flatMap((rows, n) =>
            rows.flatMap((columns, row) =>
              columns.map((pixel, column) => {
                const [y, z] = [row * strideHeight + i - padInfo.top, column * strideWidth + j - padInfo.left]
                return (images[n]?.[y]?.[z]?.[c] ?? 0) * (pixel[o] ?? 0)
              }),
            ),
          )
          result[((i * width + j) * input + c) * output + o] = sum.reduce((a, b) => a + b, 0)
        }
  return result
}

/** The definition: for each position of the images, the sum over all outputs that saw it of the filter's element times the output's gradient. */
const imagesByLoops = (weights: Tensor4D, dy: Tensor4D, { x, filter, strides, pad }: Case): Float32Array => {
  const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad)
  const [elements, above] = [weights.arraySync(), dy.arraySync()]
  const [, height, width, channels] = x
  const result = new Float32Array(tf.util.sizeFromShape(x))
  above.forEach((rows, n) => {
    rows.forEach((columns, row) => {
      columns.forEach((pixel, column) => {
        elements.forEach((line, i) => {
          line.forEach((tap, j) => {
            const [y, z] = [row * strideHeight + i - padInfo.top, column * strideWidth + j - padInfo.left]
            if (y < 0 || y >= height || z < 0 || z >= width) return
            tap.forEach((outputs, c) => {
              const sum = outputs.reduce((total, weight, o) => total + weight * pixel[o]!, 0)
              const at = ((n * height + y) * width + z) * channels + c
              result[at] = result[at]! + sum
            })
          })
        })
      })
    })
  })
  return result
}

const outputOf = ({ x, filter, strides, pad }: Case): Shape4 => tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad).outShape

/** The largest difference against the largest value: sums of up to 200 products in float32. */
const TOLERANCE = 1e-5

const expectClose = (received: Float32Array, expected: Float32Array): void => {
  expect(received.length).toBe(expected.length)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  received.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? 0)) / largest).toBeLessThan(TOLERANCE)
  })
}

// The native backend refuses a padding in pixels.
const everywhere = CASES.filter(({ pad }) => typeof pad === 'string')

describe('the gradient of a convolution in its filter', () => {
  it.each(CASES.map((c) => [describeCase(c), c] as const))('is that of plain loops: %s', (_name, c) => {
    const [x, dy] = [noise(1, c.x), noise(2, outputOf(c))]
    expectClose(take(filterGradient(x, dy, { filterShape: c.filter, strides: c.strides, pad: c.pad })), byLoops(x, dy, c))
  })

  it.each(everywhere.map((c) => [describeCase(c), c] as const))('is what TensorFlow.js takes through this backend: %s', (_name, c) => {
    const [x, filter, dy] = [noise(3, c.x), noise(4, c.filter), noise(5, outputOf(c))]
    const scored = (weights: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.conv2d(x, weights as Tensor4D, c.strides, c.pad), dy))
    expectClose(take(tf.tidy(() => tf.grad(scored)(filter))), byLoops(x, dy, c))
  })

  it('leaves no tensor behind', () => {
    const [x, dy] = [noise(1, [1, 6, 6, 2]), noise(2, [1, 6, 6, 3])]
    const before = tf.memory().numTensors
    filterGradient(x, dy, { filterShape: [3, 3, 2, 3], strides: 1, pad: 'same' }).dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('the gradient of a convolution in its images', () => {
  it.each(CASES.map((c) => [describeCase(c), c] as const))('is that of plain loops: %s', (_name, c) => {
    const [filter, dy] = [noise(4, c.filter), noise(2, outputOf(c))]
    expectClose(take(imagesGradient(dy, filter, c.x, { strides: c.strides, pad: c.pad })), imagesByLoops(filter, dy, c))
  })

  it.each(everywhere.map((c) => [describeCase(c), c] as const))('is what TensorFlow.js takes through this backend: %s', (_name, c) => {
    const [x, filter, dy] = [noise(3, c.x), noise(4, c.filter), noise(5, outputOf(c))]
    const scored = (images: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.conv2d(images as Tensor4D, filter, c.strides, c.pad), dy))
    expectClose(take(tf.tidy(() => tf.grad(scored)(x))), imagesByLoops(filter, dy, c))
  })

  it.each(everywhere.map((c) => [describeCase(c), c] as const))('is the transposed convolution: %s', (_name, c) => {
    const [filter, dy] = [noise(4, c.filter), noise(5, outputOf(c))]
    const found = tf.tidy(() => tf.conv2dTranspose(dy, filter, c.x, c.strides, c.pad as 'same' | 'valid'))
    expectClose(take(found), imagesByLoops(filter, dy, c))
  })

  it('leaves no tensor behind', () => {
    const [filter, dy] = [noise(1, [3, 3, 2, 3]), noise(2, [1, 3, 3, 3])]
    const before = tf.memory().numTensors
    imagesGradient(dy, filter, [1, 6, 6, 2], { strides: 2, pad: 'same' }).dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a generator of convolutions', () => {
  it('trains to a picture: strided, transposed and plain convolutions', async () => {
    registerWasmKernels()
    const seeded = (seed: number) => tf.initializers.glorotUniform({ seed })
    const layer = { filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' } as const
    const generator = tf.sequential({
      layers: [
        tf.layers.conv2d({ ...layer, inputShape: [8, 8, 3], strides: 2, kernelInitializer: seeded(1) }),
        tf.layers.conv2dTranspose({ ...layer, strides: 2, kernelInitializer: seeded(2) }),
        tf.layers.conv2d({ ...layer, filters: 3, activation: 'sigmoid', kernelInitializer: seeded(3) }),
      ],
    })
    generator.compile({ optimizer: tf.train.adam(0.02), loss: compile(mse(pixels)) })
    const [input, target] = [noise(6, [2, 8, 8, 3]), tf.fill([2, 8, 8, 3], 0.8)]
    const before = generator.trainableWeights.map((weight) => norm(weight.read().dataSync()))
    const { history } = await generator.fit(input, target, { epochs: 20, verbose: 0 })
    const after = generator.trainableWeights.map((weight) => norm(weight.read().dataSync()))
    const losses = history['loss'] as number[]
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 4)
    after.forEach((value, i) => expect(value).not.toBe(before[i]))
  })
})
