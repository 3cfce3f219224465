/** The network's own ops against TensorFlow.js' plain ones, with their gradients from the tape; and what has no such peer by finite differences. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { sideBySide, convolution, frozenConvolution, relu, type FrozenConvolution } from '../../../src/layers/kernels/convolution.js'
import { averageOver, maxOver } from '../../../src/layers/kernels/overlappingPooling.js'
import { windowsAlong, type PoolingWindow } from '../../../src/layers/kernels/windows.js'
import { averagePool } from '../../../src/layers/kernels/averagePool.js'
import { l2Pool } from '../../../src/layers/kernels/l2Pool.js'
import { maxPool } from '../../../src/layers/kernels/maxPool.js'
import { runSegment, type Segment } from '../../../src/layers/networks/segment.js'
import { SAME } from '../../../src/layers/architecture/networkTable.js'
import { noise } from '../../support/images.js'
import { leaked, norm, take, takeNumber } from '../../support/tensors.js'

const filter = (size: number, inputs: number, outputs: number): Tensor4D =>
  tf.tidy(() => tf.sub(noise(size * inputs + outputs, [size, size, inputs, outputs]), 0.5) as Tensor4D)
const bias = (outputs: number): Tensor1D => tf.tidy(() => tf.sub(tf.reshape(noise(outputs, [1, 1, 1, outputs]), [outputs]), 0.5) as Tensor1D)

/** Centred noise, so that ReLUs are on and off. */
const input = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub(noise(seed, shape), 0.4) as Tensor4D)

/** Value and gradient of the sum of squares of what comes out, so that dy is not constant. */
const both = (f: (x: Tensor4D) => Tensor, x: Tensor4D) => {
  const value = take(tf.tidy(() => f(x)))
  const gradient = take(tf.tidy(() => tf.grad((v) => tf.sum(tf.square(f(v as Tensor4D))))(x)))
  return { value, gradient }
}

const expectEqual = (ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): void => {
  const difference = norm(Array.from(ours).map((v, i) => v - (theirs[i] ?? Number.NaN)))
  expect(ours).toHaveLength(theirs.length)
  expect(difference).toBeLessThanOrEqual(tolerance * norm(theirs))
}

const SIZES = [
  [1, 6, 8],
  [2, 7, 5],
  [3, 1, 4],
  [1, 2, 2],
] as const

describe('convolution', () => {
  for (const [batch, height, width] of SIZES)
    for (const withRelu of [true, false])
      it(`${String([batch, height, width])}${withRelu ? ' with ReLU' : ''} is conv2d + bias, with its gradient`, () => {
        const [w, b] = [filter(3, 3, 8), bias(8)]
        const frozen = frozenConvolution({ filter: () => w, bias: () => b }, { stride: 1, padding: 'same' }, 'values')
        const step = convolution(() => frozen, withRelu)
        const x = input(11, [batch, height, width, 3])
        const plain = (v: Tensor4D) => {
          const z = tf.add(tf.conv2d(v, w, 1, 'same'), b)
          return withRelu ? tf.relu(z) : z
        }
        const [ours, theirs] = [both((v) => runSegment([step], v), x), both(plain, x)]
        expectEqual(ours.value, theirs.value, 1e-6)
        expectEqual(ours.gradient, theirs.gradient, 1e-6)
      })

  // AlexNet's first, SqueezeNet's first, and others; at sides where the stride leaves positions over and where it does not.
  it.each([
    [11, 4, 2, [1, 31, 38]],
    [11, 4, 2, [2, 7, 7]],
    [3, 2, 0, [2, 9, 10]],
    [3, 2, 0, [1, 3, 12]],
    [5, 2, 2, [1, 9, 11]],
    [3, 1, 0, [1, 5, 6]],
    [3, 1, 2, [1, 5, 6]],
    [1, 1, 0, [1, 4, 5]],
    [1, 2, 0, [1, 4, 5]],
    [2, 3, 0, [1, 8, 9]],
    [3, 2, 'same', [1, 8, 9]],
    [5, 3, 'same', [1, 11, 7]],
  ] as const)('of %i x %i at stride %s with padding %s of %j has the gradient of conv2d', (size, stride, padding, [batch, height, width]) => {
    const [w, b] = [filter(size, 3, 4), bias(4)]
    const frozen = frozenConvolution({ filter: () => w, bias: () => b }, { stride, padding }, 'values')
    const step = convolution(() => frozen, true)
    const x = input(12, [batch, height, width, 3])
    const ours = both((v) => runSegment([step], v), x)
    // TensorFlow's C library takes no padding in pixels: the zeros are put there first.
    const around: [number, number] = padding === 'same' ? [0, 0] : [padding, padding]
    const plain = (v: Tensor4D) => tf.conv2d(tf.pad(v, [[0, 0], around, around, [0, 0]]), w, stride, padding === 'same' ? padding : 'valid') // prettier-ignore
    const theirs = both((v) => tf.relu(tf.add(plain(v), b)), x)
    expectEqual(ours.value, theirs.value, 1e-6)
    expectEqual(ours.gradient, theirs.gradient, 1e-6)
    const before = tf.memory().numTensors
    frozen.dispose()
    expect(tf.memory().numTensors).toBeLessThan(before)
  })

  it('of two side by side are the two, one after the other', () => {
    const frozen = (size: number, outputs: number): FrozenConvolution =>
      frozenConvolution({ filter: () => filter(size, 5, outputs), bias: () => bias(outputs) }, SAME, 'values')
    const [first, second] = [frozen(1, 3), frozen(3, 4)]
    const step = convolution(() => sideBySide(first, second, 3), true)
    const x = input(20, [2, 4, 5, 5])
    const ours = both((v) => runSegment([step], v), x)
    const theirs = both(
      (v) =>
        tf.concat([tf.relu(tf.add(tf.conv2d(v, filter(1, 5, 3), 1, 'same'), bias(3))), tf.relu(tf.add(tf.conv2d(v, filter(3, 5, 4), 1, 'same'), bias(4)))], 3),
      x,
    )
    expectEqual(ours.value, theirs.value, 1e-6)
    expectEqual(ours.gradient, theirs.gradient, 1e-6)
  })
})

describe('pooling', () => {
  it.each(SIZES.filter(([, height, width]) => height > 1 && width > 1))(
    'maxima of [%i, %i, %i] are maxPool, with its gradient where nothing ties',
    (...size) => {
      const x = input(13, [...size, 4])
      const [ours, theirs] = [both((v) => runSegment([maxPool()], v), x), both((v) => tf.maxPool(v, 2, 2, 'valid'), x)]
      expectEqual(ours.value, theirs.value, 0)
      // The WASM backend's own MaxPoolGrad is wrong where a window has no positive value, so the gradient is compared on positive inputs.
      const positive = tf.add<Tensor4D>(x, 1)
      expectEqual(both((v) => runSegment([maxPool()], v), positive).gradient, both((v) => tf.maxPool(v, 2, 2, 'valid'), positive).gradient, 1e-6)
    },
  )

  it('maxima below zero get their gradient, too', () => {
    const x = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1])
    expect(Array.from(take(tf.tidy(() => tf.grad((v) => tf.sum(runSegment([maxPool()], v as Tensor4D)))(x))))).toEqual([0, 0, 0, 1])
  })

  it.each([
    [
      [5, 5, 5, 5],
      [0.25, 0.25, 0.25, 0.25],
    ],
    [
      [5, 1, 5, 0],
      [0.5, 0, 0.5, 0],
    ],
    [
      [0, 0, 0, -1],
      [1 / 3, 1 / 3, 1 / 3, 0],
    ],
  ])('the gradient of %j is shared among its maxima: %j', (window, expected) => {
    const x = tf.tensor4d(window, [1, 2, 2, 1])
    const gradient = Array.from(take(tf.tidy(() => tf.grad((v) => tf.sum(runSegment([maxPool()], v as Tensor4D)))(x))))
    gradient.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 6))
  })

  it('what is left over at odd sides gets no gradient', () => {
    const gradient = both((v) => runSegment([maxPool()], v), input(14, [1, 3, 5, 1])).gradient
    expect([4, 9, 10, 11, 12, 13, 14].map((i) => gradient[i])).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it.each(SIZES.filter(([, height, width]) => height > 1 && width > 1))('means of [%i, %i, %i] are avgPool, with its gradient', (...size) => {
    const x = input(15, [...size, 4])
    const [ours, theirs] = [both((v) => runSegment([averagePool], v), x), both((v) => tf.avgPool(v, 2, 2, 'valid'), x)]
    expectEqual(ours.value, theirs.value, 1e-6)
    expectEqual(ours.gradient, theirs.gradient, 1e-6)
  })

  it.each(SIZES)('L2 pooling of [%i, %i, %i] is its definition, with the gradient of finite differences', (...size) => {
    const x = tf.add<Tensor4D>(noise(16, [...size, 2]), 0.2)
    const [batch, height, width] = size
    const numbers = x.arraySync()
    const window = [0.25, 0.5, 0.25]
    const expected: number[] = []
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < height; i += 2)
        for (let j = 0; j < width; j += 2)
          for (let c = 0; c < 2; c++) {
            let total = 0
            for (let di = -1; di <= 1; di++)
              for (let dj = -1; dj <= 1; dj++) total += (window[di + 1] ?? 0) * (window[dj + 1] ?? 0) * (numbers[n]?.[i + di]?.[j + dj]?.[c] ?? 0) ** 2
            expected.push(Math.sqrt(total + 1e-12))
          }
    const { value, gradient } = both((v) => runSegment([l2Pool], v), x)
    expectEqual(value, expected, 1e-6)
    const f = (v: Tensor4D) => takeNumber(tf.tidy(() => tf.sum(tf.square(runSegment([l2Pool], v)))))
    const h = 1e-3 / norm(gradient)
    const along = tf.tensor4d(gradient, [...size, 2])
    const slope = (f(tf.add(x, tf.mul(along, h))) - f(tf.sub(x, tf.mul(along, h)))) / (2 * h)
    expect(slope / norm(gradient) ** 2).toBeCloseTo(1, 2)
  })
})

/** Pooling by plain loops: each window's value, and its gradient (dy = 2 y) to each of its positions. */
const looped = (kind: 'max' | 'average', { size, stride, rounding }: PoolingWindow, x: Tensor4D) => {
  const [batch, height, width, channels] = x.shape
  const numbers = x.dataSync()
  const starts = (side: number): readonly number[] =>
    Array.from({ length: side }, (_, i) => i * stride).filter((start) =>
      rounding === 'floor' ? start + size <= side : start < side && (start === 0 || start - stride + size < side),
    )
  const value: number[] = []
  const gradient = new Float64Array(numbers.length)
  for (let n = 0; n < batch; n++)
    for (const top of starts(height))
      for (const left of starts(width))
        for (let c = 0; c < channels; c++) {
          const places = Array.from({ length: size * size }, (_, i) => [top + Math.floor(i / size), left + (i % size)] as const)
            .filter(([i, j]) => i < height && j < width)
            .map(([i, j]) => ((n * height + i) * width + j) * channels + c)
          const values = places.map((place) => numbers[place] ?? Number.NaN)
          const y = kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length
          const takers = kind === 'max' ? places.filter((place) => numbers[place] === y) : places
          value.push(y)
          for (const place of takers) gradient[place]! += (2 * y) / takers.length
        }
  return { value, gradient }
}

describe('overlapping pooling', () => {
  const windows = [
    { size: 3, stride: 2, rounding: 'floor' },
    { size: 3, stride: 2, rounding: 'ceil' },
    { size: 3, stride: 1, rounding: 'floor' },
    { size: 2, stride: 3, rounding: 'floor' },
    { size: 4, stride: 3, rounding: 'ceil' },
    { size: 2, stride: 2, rounding: 'ceil' },
  ] as const
  const sizes = [
    [1, 4, 4, 2],
    [2, 7, 5, 3],
    [1, 8, 9, 1],
    [1, 10, 6, 2],
  ] as const
  it.each(windows.flatMap((window) => sizes.map((size) => ({ ...window, sides: size }))))(
    '$size x $size at stride $stride, $rounding, of $sides: maxima and means are their definitions, with ties shared',
    ({ sides, ...window }) => {
      // Few values, some below zero: most windows have ties.
      const x = tf.tidy(() => tf.sub<Tensor4D>(tf.round(tf.mul(noise(21, [...sides]), 4)), 2))
      for (const [kind, step] of [
        ['max', maxOver(window)],
        ['average', averageOver(window)],
      ] as const) {
        // prettier-ignore
        const [ours, expected] = [both((v) => runSegment([step], v), x), looped(kind, window, x)]
        expectEqual(ours.value, expected.value, 1e-6)
        expectEqual(ours.gradient, expected.gradient, 1e-6)
        expect(leaked(() => tf.tidy(() => void tf.grad((v) => tf.sum(runSegment([step], v as Tensor4D)))(x)))).toBe(0)
      }
    },
  )

  it('counts windows as torch does: none in a side too short, one over the edge where it starts before it', () => {
    const along = (rounding: 'floor' | 'ceil') => Array.from({ length: 9 }, (_, i) => windowsAlong(i + 1, { size: 3, stride: 2, rounding }))
    // torch.nn.MaxPool2d(3, 2, ceil_mode=...) of sides 1 to 9; it refuses side 1, and without ceil_mode side 2.
    expect(along('floor')).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4])
    expect(along('ceil')).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4])
  })
})

describe('segments', () => {
  let [frozen1, frozen2] = [] as unknown as [FrozenConvolution, FrozenConvolution]
  beforeAll(() => {
    frozen1 = frozenConvolution({ filter: () => filter(3, 3, 6), bias: () => bias(6) }, { stride: 1, padding: 'same' }, 'values')
    frozen2 = frozenConvolution({ filter: () => filter(3, 6, 5), bias: () => bias(5) }, { stride: 1, padding: 'same' }, 'values')
  })
  const first = convolution(() => frozen1, true)
  const bare = convolution(() => frozen1, false)
  const second = convolution(() => frozen2, true)
  const whole: Segment = [first, maxPool(), second]

  it('are the composition of their steps, cut anywhere', () => {
    const x = input(17, [2, 7, 6, 3])
    const one = both((v) => runSegment(whole, v), x)
    const cuts: readonly (readonly Segment[])[] = [
      [[first], [maxPool(), second]],
      [[first, maxPool()], [second]],
      [[first], [maxPool()], [second]],
      [[bare], [relu, maxPool(), second]],
      [[bare, relu, maxPool()], [second]],
      // The order of the network's own programs: the ReLU after the maximum.
      [[bare, maxPool(), relu, second]],
      [[bare, maxPool()], [relu], [second]],
    ]
    for (const cut of cuts) {
      const parts = both((v) => cut.reduce((value, segment) => runSegment(segment, value), v), x)
      expectEqual(parts.value, one.value, 1e-6)
      expectEqual(parts.gradient, one.gradient, 1e-6)
    }
  })

  it('put one node on the tape and leave nothing behind', () => {
    const x = input(18, [1, 8, 8, 3])
    expect(
      leaked(() => {
        runSegment(whole, x).dispose()
        tf.tidy(() => void tf.grad((v) => tf.sum(runSegment(whole, v as Tensor4D)))(x))
      }),
    ).toBe(0)
  })

  it('free what they kept as soon as the gradient has used it, unless that gradient stands inside another, whose derivative is rejected', () => {
    const x = input(20, [1, 8, 8, 3])
    const along = tf.clone(x)
    const kept: (Tensor | undefined)[] = []
    const freed: boolean[] = []
    const watched: Segment = [
      { ...averagePool, backward: (dy, at) => (freed.push(...kept.map((tensor) => tensor?.isDisposed === true)), averagePool.backward(dy, at)) },
      { ...averagePool, keeps: { input: true, output: true }, backward: (dy, at) => (kept.push(at.y), averagePool.backward(dy, at)) },
    ]
    const f = (v: Tensor) => tf.sum(tf.square(runSegment(watched, v as Tensor4D)))
    take(tf.tidy(() => tf.grad(f)(x)))
    expect(freed).toEqual([true])
    expect(() => tf.tidy(() => tf.grad((v) => tf.sum(tf.mul(tf.grad(f)(v), along)))(x))).toThrow('cannot be differentiated twice')
    expect(freed.slice(1)).toContain(false)
  })

  it('keep with the tape on only what the gradient needs, and with it off nothing', () => {
    const x = input(19, [1, 8, 8, 3])
    const segment: Segment = [first, averagePool, averagePool]
    const before = tf.memory().numTensors
    let during = 0
    tf.tidy(() => {
      tf.grad((v) => {
        const y = runSegment(segment, v as Tensor4D)
        during = tf.memory().numTensors
        return tf.sum(y)
      })(x)
    })
    // The output, and the one activation that the ReLU's gradient needs.
    expect(during - before).toBeLessThanOrEqual(2)
  })
})
