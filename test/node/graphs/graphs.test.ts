/** Steps as graphs of TensorFlow's C library: the numbers of single ops, bit for bit, whatever changes from call to call. On the native backend alone. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setStepRunner } from '../../../src/core/compile/stepRunner.js'
import {
  alexnet,
  against,
  blurred,
  compile,
  contextual,
  defineMetric,
  dists,
  featureAt,
  focalFrequency,
  fromLayersModel,
  gmsd,
  haarPsi,
  johnsonStyle,
  laplacianPyramid,
  lpips,
  mae,
  masked,
  mse,
  msSsim,
  perceptual,
  pixels,
  resized,
  slicedWasserstein,
  ssim,
  sum,
  totalVariation,
  weighted,
  type CompiledLoss,
} from '../../../src/index.js'
import type { AnyLoss } from '../../../src/core/language/loss.js'
import type { Binding, GraphBackend } from '../../../src/node/graphs/nativeBackend.js'
import { graphStepRunner } from '../../../src/node/graphs/graphStepRunner.js'
import { useFastestBackend } from '../../../src/node/index.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, take, takeNumber } from '../../support/tensors.js'

type Shape = readonly [number, number, number, number]

const backend = (): GraphBackend => tf.backend() as unknown as GraphBackend
const graphs = (): number => (backend().binding as Binding & { readonly getNumOfSavedModels: () => number }).getNumOfSavedModels()

/** How many ops JavaScript asked for during the work: none where a graph runs. */
const opsIn = (work: () => void): number => {
  const spies = (['executeSingleOutput', 'executeMultipleOutputs'] as const).map((name) =>
    vi.spyOn(tf.backend() as unknown as Record<typeof name, () => unknown>, name),
  )
  try {
    work()
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  } finally {
    spies.forEach((spy) => {
      spy.mockRestore()
    })
  }
}

const opByOp = <A>(work: () => A): A => {
  setStepRunner(backend(), undefined)
  try {
    return work()
  } finally {
    setStepRunner(backend(), graphStepRunner(backend()))
  }
}

const both = (f: CompiledLoss, x: Tensor4D, y: Tensor4D): readonly [value: number, gradient: Float32Array] => [
  takeNumber(f(x, y)),
  gradientOf((image) => f(x, image), y),
]

describe.runIf(process.env['BACKEND'] === 'tensorflow')('steps as graphs', () => {
  const small: Shape = [2, 20, 17, 3]
  let before = 0
  beforeEach(() => {
    before = graphs()
  })
  afterEach(() => {
    expect(graphs()).toBe(before)
  })

  const large: Shape = [1, 180, 176, 3]
  const overVgg: readonly (readonly [string, AnyLoss, Shape])[] = [
    ['mse(block3_conv3)', mse(featureAt('block3_conv3')), small],
    ['perceptual()', perceptual(), small],
    ['johnsonStyle()', johnsonStyle(), small],
    ['dists()', dists(), small],
    ['lpips vgg', lpips({ net: 'vgg' }), small],
    ['a sum', sum(perceptual(), weighted(0.1, mae(pixels)), weighted(1e-3, totalVariation(pixels))), small],
  ]
  const alone: readonly (readonly [string, AnyLoss, Shape])[] = [
    ['ssim', ssim(pixels), small],
    ['msSsim', msSsim(pixels), large],
    ['gmsd', gmsd(pixels), small],
    ['haarPsi', haarPsi(pixels), small],
    ['focalFrequency', focalFrequency(pixels), small],
    ['laplacianPyramid', laplacianPyramid(), [1, 64, 48, 3]],
    ['blurred, resized', mse(resized(blurred(pixels), { height: 9, width: 8 })), small],
  ]
  const same = (f: CompiledLoss, shape: Shape): void => {
    const pairs = [1, 2, 3, 4].map((seed) => [noise(seed, shape), noise(seed + 50, shape)] as const)
    const expected = opByOp(() => pairs.map(([x, y]) => both(f, x, y)))
    expect(pairs.map(([x, y]) => both(f, x, y))).toEqual(expected)
    expect(pairs.map(([x, y]) => take(f.perSample(x, y)))).toEqual(opByOp(() => pairs.map(([x, y]) => take(f.perSample(x, y)))))
    expect(graphs()).toBe(before + 3)
    const [x, y] = pairs[0] ?? []
    if (x === undefined || y === undefined) throw new Error('There are no pictures.')
    expect(opsIn(() => takeNumber(f(x, y)))).toBe(0)
    expect(opsIn(() => take(f.perSample(x, y)))).toBe(0)
    // What TensorFlow.js itself does: a gradient of ones, which is multiplied in.
    expect(opsIn(() => gradientOf((image) => f(x, image), y))).toBeLessThanOrEqual(6)
    f.dispose()
  }

  it.each(overVgg)('%s: the same bits as op by op', async (_name, loss, shape) => {
    same(compile(loss as never, await sharedVgg16()), shape)
  })
  it.each(alone)('%s: the same bits as op by op', (_name, loss, shape) => {
    same(compile(loss as never), shape)
  })
  it('lpips over AlexNet: the same bits as op by op', async () => {
    same(compile(lpips(), await alexnet()), [1, 64, 72, 3])
  })

  it('runs op by op if numbers are read back: TensorFlow.js reads the positions in the gradient of slicedWasserstein', () => {
    const f = compile(slicedWasserstein(pixels))
    const pairs = [1, 2, 3, 4].map((seed) => [noise(seed, small), noise(seed + 50, small)] as const)
    expect(pairs.map(([x, y]) => both(f, x, y))).toEqual(opByOp(() => pairs.map(([x, y]) => both(f, x, y))))
    expect(graphs()).toBe(before + 1)
    f.dispose()
  })

  it('any pictures, after the ones that were recorded', () => {
    const f = compile(sum(ssim(pixels), mae(pixels)))
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        const [x, y] = [noise(one, small), noise(other, small)]
        expect(both(f, x, y)).toEqual(opByOp(() => both(f, x, y)))
        tf.dispose([x, y])
      }),
      { numRuns: 50 },
    )
    f.dispose()
  })

  it('a prepared loss, recorded on its own reference', () => {
    const f = compile(sum(mse(pixels), ssim(pixels)))
    const [x, y] = [noise(1, small), noise(2, small)]
    const prepared = f.prepare(x)
    for (let i = 0; i < 4; i++) expect(takeNumber(prepared(x))).toBe(0)
    expect(takeNumber(prepared(y))).toBe(takeNumber(opByOp(() => f(x, y))))
    expect(opsIn(() => takeNumber(prepared(y)))).toBe(0)
    f.dispose()
  })

  it('the same picture on both sides while it is recorded, and others later', () => {
    const f = compile(sum(mse(pixels), ssim(pixels)))
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let i = 0; i < 3; i++) expect(takeNumber(f(x, x))).toBe(0)
    expect(takeNumber(f(x, y))).toBe(takeNumber(opByOp(() => f(x, y))))
    expect(takeNumber(f(y, x))).toBe(takeNumber(opByOp(() => f(y, x))))
    f.dispose()
  })

  it('one picture for two references, and two pictures later', () => {
    const f = compile(sum(against('one', mse(pixels)), against('other', mae(pixels))))
    const [x, y, z] = [noise(1, small), noise(2, small), noise(3, small)]
    for (let i = 0; i < 3; i++) takeNumber(f({ one: x, other: x }, z))
    for (let i = 0; i < 4; i++) expect(takeNumber(f({ one: x, other: y }, z))).toBe(takeNumber(opByOp(() => f({ one: x, other: y }, z))))
    f.dispose()
  })

  it('masks that change', () => {
    const f = compile(mse(masked(pixels, { mask: 'face' } as never)) as never) as unknown as CompiledLoss
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let seed = 3; seed < 8; seed++) {
      const face = tf.tidy(() => tf.slice(noise(seed, small), [0, 0, 0, 0], [-1, -1, -1, 1])) as Tensor4D
      const value = (): number => takeNumber((f as unknown as (given: object, y: Tensor) => Tensor)({ target: x, face }, y))
      expect(value()).toBe(opByOp(value))
    }
    f.dispose()
  })

  it.each([
    ['VGG16', async () => compile(mse(featureAt('block3_conv3')), await sharedVgg16())],
    ['AlexNet', async () => compile(mse(featureAt('conv3')), await alexnet())],
  ] as const)('%s: pictures of one colour, full of ties in max pooling, after noise and before it', async (_name, made) => {
    const f = await made()
    const shape: Shape = [1, 48, 64, 3]
    const [target, flat] = [noise(1, shape), tf.fill([...shape], 0.4) as Tensor4D]
    const pictures = [noise(2, shape), noise(3, shape), noise(4, shape), flat, flat, flat, flat, noise(5, shape), noise(6, shape), flat]
    const gradients = (): Float32Array[] => pictures.map((picture) => gradientOf((x) => f(target, x as Tensor4D), picture))
    expect(gradients()).toEqual(opByOp(gradients))
    const held = tf.memory().numTensors
    gradients()
    expect(tf.memory().numTensors).toBe(held)
    f.dispose()
  })

  it('an optimizer takes the same way', () => {
    const way = (): Float32Array => {
      const f = compile(sum(ssim(pixels), weighted(0.1, totalVariation(pixels))))
      const image = tf.variable(noise(5, small))
      const optimizer = tf.train.adam(0.02)
      const target = noise(6, small)
      for (let i = 0; i < 8; i++) optimizer.minimize(() => f(target, image), false, [image])
      f.dispose()
      optimizer.dispose()
      return take(image)
    }
    expect(way()).toEqual(opByOp(way))
  })

  it('leaves no tensor behind, nor a graph when it is disposed of', () => {
    const f = compile(sum(ssim(pixels), mae(pixels)))
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let i = 0; i < 5; i++) expect(leaked(() => void both(f, x, y))).toBe(0)
    expect(graphs()).toBe(before + 2)
    const prepared = f.prepare(x)
    for (let i = 0; i < 3; i++) takeNumber(prepared(y))
    expect(graphs()).toBe(before + 3)
    prepared.dispose()
    expect(graphs()).toBe(before + 2)
    f.dispose()
  })

  it('keeps eight graphs of a loss, the latest', () => {
    const f = compile(mse(pixels))
    for (let side = 4; side < 20; side++) {
      const [x, y] = [noise(1, [1, side, side, 3]), noise(2, [1, side, side, 3])]
      const values = [0, 1, 2, 3].map(() => takeNumber(f(x, y)))
      expect(new Set(values).size).toBe(1)
      expect(graphs() - before).toBeLessThanOrEqual(8)
    }
    f.dispose()
  })

  it('keeps the one that is in use, however many other shapes come', () => {
    const f = compile(mse(pixels))
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let i = 0; i < 3; i++) takeNumber(f(x, y))
    for (let side = 4; side < 20; side++) {
      takeNumber(f(noise(1, [1, side, side, 3]), noise(2, [1, side, side, 3])))
      expect(opsIn(() => takeNumber(f(x, y)))).toBe(0)
    }
    f.dispose()
  })

  it('is kept when the fastest backend is requested again', async () => {
    const f = compile(mse(pixels))
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let i = 0; i < 3; i++) takeNumber(f(x, y))
    expect(await useFastestBackend({ among: ['tfjs-node-gpu'] })).toMatchObject({ backend: 'tensorflow' })
    expect(opsIn(() => takeNumber(f(x, y)))).toBe(0)
    await useFastestBackend({ among: ['tfjs-node-gpu'], graphs: false })
    expect(opsIn(() => takeNumber(f(x, y)))).toBeGreaterThan(2)
    await useFastestBackend({ among: ['tfjs-node-gpu'] })
    expect(opsIn(() => takeNumber(f(x, y)))).toBe(0)
    f.dispose()
  })

  it('runs op by op where a metric is not the package’s, which may do as it likes', () => {
    let factor = 1
    const moody = defineMetric({
      id: 'moody',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
      apply: () => (x, y) => tf.mul(tf.mean(tf.squaredDifference(x, y), [1, 2, 3]), factor),
    })
    const f = compile(moody(pixels))
    const [x, y] = [noise(1, small), noise(2, small)]
    const values = [1, 2, 3, 4].map((next) => {
      factor = next
      return takeNumber(f(x, y))
    })
    values.forEach((value, i) => {
      expect(value / (values[0] ?? 0)).toBeCloseTo(i + 1, 5)
    })
    expect(graphs()).toBe(before)
  })

  it('runs op by op where graphs would have other last digits, over networks in training, and while TensorFlow.js profiles', async () => {
    const f = compile(contextual(pixels))
    const [x, y] = [noise(1, small), noise(2, small)]
    expect(new Set([1, 2, 3, 4].map(() => takeNumber(f(x, y)))).size).toBe(1)
    expect(graphs()).toBe(before)
    const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [null, null, 3], filters: 4, kernelSize: 3, name: 'eye' })] })
    const live = fromLayersModel(model, { layers: ['eye'], live: true })
    const g = compile(mse(featureAt('eye')) as never, live as never) as unknown as CompiledLoss
    const old = [1, 2, 3].map(() => takeNumber(g(x, y)))[2]
    model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 2)))
    expect(takeNumber(g(x, y))).toBeCloseTo(4 * (old ?? 0), 4)
    const h = compile(mse(pixels))
    for (let i = 0; i < 3; i++) takeNumber(h(x, y))
    const { kernels } = await tf.profile(() => h(x, y))
    expect(kernels.length).toBeGreaterThan(2)
    h.dispose()
  })

  it('runs op by op where it looks for faults, and by tiles', () => {
    const [x, y] = [noise(1, small), noise(2, small)]
    for (const f of [compile(mse(pixels), { checked: true }), compile(mse(pixels), { memory: '64MiB' })]) {
      for (let i = 0; i < 4; i++) both(f, x, y)
      expect(graphs()).toBe(before)
      f.dispose()
    }
  })

  it('gradients of gradients are those of single ops', () => {
    const f = compile(mse(pixels))
    const [x, y] = [noise(1, small), noise(2, small)]
    for (let i = 0; i < 4; i++) both(f, x, y)
    const penalty = (): Float32Array => gradientOf((image) => tf.sum(tf.square(tf.grad((z) => f(x, z))(image))), y)
    expect(penalty()).toEqual(opByOp(penalty))
    f.dispose()
  })

  it('continues op by op if a graph cannot be written', () => {
    const was = process.env['TMPDIR']
    process.env['TMPDIR'] = '/nowhere/at/all'
    try {
      const f = compile(mse(pixels))
      const [x, y] = [noise(1, small), noise(2, small)]
      expect(new Set([1, 2, 3, 4].map(() => takeNumber(f(x, y)))).size).toBe(1)
      expect(leaked(() => void both(f, x, y))).toBe(0)
    } finally {
      if (was === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = was
    }
  })

  it('is rebuilt if one of its tensors is gone', () => {
    let factor = tf.scalar(2)
    const eye = {
      name: 'eye',
      live: false,
      layers: ['eye'],
      resolve: (tap: unknown) => tap,
      shapeOf: (images: readonly number[]) => images,
      features: (images: Tensor4D) => [tf.mul(images, factor)],
      ready: () => undefined,
      cost: () => ({ layers: [], flops: 0, bytes: 0 }),
      isDisposed: () => false,
      dispose: () => undefined,
    }
    const f = compile(mse(featureAt('eye')) as never, eye as never) as unknown as CompiledLoss
    const [x, y] = [noise(1, small), noise(2, small)]
    const old = [1, 2, 3, 4].map(() => takeNumber(f(x, y)))[3] ?? 0
    factor.dispose()
    factor = tf.scalar(4)
    for (let i = 0; i < 4; i++) expect(takeNumber(f(x, y))).toBeCloseTo(4 * old, 5)
    f.dispose()
  })

  it('a Layers model is fitted by it', async () => {
    const f = compile(sum(mse(pixels), ssim(pixels)))
    const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [20, 17, 3], filters: 3, kernelSize: 3, padding: 'same', activation: 'sigmoid' })] })
    model.compile({ optimizer: tf.train.adam(0.05), loss: f })
    const [x, y] = [noise(1, small), noise(2, small)]
    const { history } = await model.fit(x, y, { epochs: 12, batchSize: 2, verbose: 0 })
    const losses = history['loss'] as number[]
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0)
    f.dispose()
  })
})
