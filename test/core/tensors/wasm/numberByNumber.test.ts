/** Arithmetic, padding and orders of axes on the WASM backend, against plain JavaScript's backend, bit for bit but for the signs of zeros. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../../src/index.js'
import { broadcastOf } from '../../../../src/core/tensors/wasm/broadcast.js'

const onWasm = tf.getBackend() === 'wasm'

beforeAll(() => {
  if (onWasm) registerWasmKernels()
})

/** Zeros of both signs, infinities, NaN, and numbers whose sums and quotients are rounded. */
const number = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
  { weight: 3, arbitrary: fc.float({ noDefaultInfinity: true, noNaN: true, min: -1e4, max: 1e4 }) },
)

const tensorOf = (shape: readonly number[]) =>
  fc.array(number, { minLength: tf.util.sizeFromShape([...shape]), maxLength: tf.util.sizeFromShape([...shape]) }).map((values) => ({ shape, values }))

/** Numbers between -1 and 1. */
const small = (shape: readonly number[]) => {
  const size = tf.util.sizeFromShape([...shape])
  return fc.array(fc.float({ noNaN: true, min: -1, max: 1 }), { minLength: size, maxLength: size }).map((values) => ({ shape, values }))
}

/** Of few different numbers, so that many are equal; zeros of both signs among them. */
const fewNumbers = (shape: readonly number[]) => {
  const size = tf.util.sizeFromShape([...shape])
  const one = fc.oneof(fc.constantFrom(0, -0, 1, -1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), fc.float({ noNaN: true, min: -3, max: 3 }))
  return fc.array(one, { minLength: size, maxLength: size }).map((values) => ({ shape, values }))
}

/** Sides short and long, so that rows are read alone and together, and end inside a vector of four. */
const side = fc.constantFrom(1, 2, 3, 4, 5, 7, 15, 16, 17, 30)

/** Two shapes of up to four axes, of which each may lack or repeat sides of the other. */
const pair = fc
  .array(fc.record({ size: side, a: fc.boolean(), b: fc.boolean() }), { minLength: 1, maxLength: 4 })
  .filter((axes) => axes.reduce((product, { size }) => product * size, 1) <= 20_000)
  .chain((axes) => {
    const shapeOf = (which: 'a' | 'b', dropped: boolean): readonly number[] => {
      const shape = axes.map((axis) => (axis[which] ? axis.size : 1))
      const first = shape.findIndex((size) => size !== 1)
      return dropped ? shape.slice(first === -1 ? shape.length : first) : shape
    }
    return fc.tuple(fc.boolean(), fc.boolean()).chain(([a, b]) => fc.tuple(tensorOf(shapeOf('a', a)), tensorOf(shapeOf('b', b))))
  })

/** Below, at or above zero, as the first number is to the second; infinities are equal to themselves. */
const orderOf = (a: number, b: number): number => (a === b ? 0 : a - b)

type Made = { readonly shape: readonly number[]; readonly values: readonly number[] }

/** What both backends give for the same inputs. */
const onBoth = async (
  work: (...inputs: readonly Tensor[]) => Tensor,
  ...inputs: readonly Made[]
): Promise<readonly [readonly unknown[], readonly unknown[]]> => {
  const run = (): readonly unknown[] => {
    const result = tf.tidy(() => work(...inputs.map(({ shape, values }) => tf.tensor([...values], [...shape], 'float32'))))
    const found = [result.dtype, ...result.shape, ...result.dataSync()]
    result.dispose()
    return found
  }
  const here = run()
  const backend = tf.getBackend()
  try {
    await tf.setBackend('cpu')
    return [here, run()]
  } finally {
    await tf.setBackend(backend)
  }
}

/** Equal, a zero's sign aside: plain JavaScript loses it here and there. */
const expectSame = async (work: (...inputs: readonly Tensor[]) => Tensor, ...inputs: readonly Made[]): Promise<void> => {
  const [here, there] = await onBoth(work, ...inputs)
  const plain = (values: readonly unknown[]): readonly unknown[] => values.map((value) => (value === 0 ? 0 : value))
  expect(plain(here)).toEqual(plain(there))
}

describe.runIf(onWasm)('gives what plain JavaScript gives', () => {
  it.each([
    ['negation', (x: Tensor) => tf.neg(x)],
    ['the absolute value', (x: Tensor) => tf.abs(x)],
    ['the square', (x: Tensor) => tf.square(x)],
    ['a ReLU', (x: Tensor) => tf.relu(x)],
    ['the sign', (x: Tensor) => tf.sign(x)],
    ['clipping', (x: Tensor) => tf.clipByValue(x, -0.5, 2)],
    ['booleans as numbers', (x: Tensor) => tf.cast(tf.greater(x, 0), 'float32')],
  ])('%s', async (_, work) => {
    await fc.assert(
      fc.asyncProperty(fc.array(side, { maxLength: 3 }).chain(tensorOf), async (x) => expectSame((input) => work(input!), x)),
      { numRuns: 40 },
    )
  })

  it.each([
    ['sums', (a: Tensor, b: Tensor) => tf.add(a, b)],
    ['differences', (a: Tensor, b: Tensor) => tf.sub(a, b)],
    ['products', (a: Tensor, b: Tensor) => tf.mul(a, b)],
    ['quotients', (a: Tensor, b: Tensor) => tf.div(a, b)],
    // Plain JavaScript rounds once where these are rounded twice.
    ['squared differences', (a: Tensor, b: Tensor) => (tf.getBackend() === 'wasm' ? tf.squaredDifference(a, b) : tf.square(tf.sub(a, b)))],
    ['larger numbers', (a: Tensor, b: Tensor) => tf.maximum(a, b)],
    ['smaller numbers', (a: Tensor, b: Tensor) => tf.minimum(a, b)],
    ['equality', (a: Tensor, b: Tensor) => tf.equal(a, b)],
    ['inequality', (a: Tensor, b: Tensor) => tf.notEqual(a, b)],
    ['more than', (a: Tensor, b: Tensor) => tf.greater(a, b)],
    ['at least', (a: Tensor, b: Tensor) => tf.greaterEqual(a, b)],
    ['less than', (a: Tensor, b: Tensor) => tf.less(a, b)],
    ['at most', (a: Tensor, b: Tensor) => tf.lessEqual(a, b)],
    ['a choice', (a: Tensor, b: Tensor) => tf.where(tf.greater(a, b), a, b)],
  ])('%s of tensors that repeat along sides of each other', async (_, work) => {
    await fc.assert(
      fc.asyncProperty(pair, async ([a, b]) => expectSame((x, y) => work(x!, y!), a, b)),
      { numRuns: 60 },
    )
  })

  it('a matrix times a column, but for the order of additions', async () => {
    const product = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(1, 3, 4, 7, 8, 9, 64, 100))
      .chain(([rows, columns]) => fc.tuple(small([rows, columns]), small([columns, 1])))
    await fc.assert(
      fc.asyncProperty(product, async ([a, b]) => {
        const [here, there] = await onBoth((x, y) => tf.matMul(x!, y!), a, b)
        // Sums of up to 100 products below 1, each addition rounded at 6e-8 of at most 100.
        here.forEach((value, i) => (typeof value === 'number' ? expect(value).toBeCloseTo(there[i] as number, 3) : expect(value).toBe(there[i])))
      }),
    )
  })

  it('padding, with any number', async () => {
    const padded = fc
      .array(fc.record({ size: side, before: fc.nat(3), after: fc.nat(3) }), { minLength: 1, maxLength: 4 })
      .filter((axes) => axes.reduce((product, { size, before, after }) => product * (size + before + after), 1) <= 20_000)
      .chain((axes) =>
        fc.record({ x: tensorOf(axes.map(({ size }) => size)), paddings: fc.constant(axes.map(({ before, after }) => [before, after] as [number, number])) }),
      )
    await fc.assert(
      fc.asyncProperty(padded, fc.constantFrom(0, -1.5), async ({ x, paddings }, value) => expectSame((input) => tf.pad(input!, paddings, value), x)),
      { numRuns: 60 },
    )
  })

  it('sums of whole numbers', async () => {
    const whole = (x: Tensor): Tensor => tf.cast(tf.clipByValue(tf.where(tf.isNaN(x), tf.zerosLike(x), x), -1e4, 1e4), 'int32')
    await fc.assert(
      fc.asyncProperty(pair, async ([a, b]) => expectSame((x, y) => tf.add(whole(x!), whole(y!)), a, b)),
      { numRuns: 40 },
    )
  })

  it('the largest numbers of rows, and where they are: the first of equal ones first', async () => {
    const rows = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 2, 5, 16, 100))
      .chain(([count, length]) => fc.tuple(fewNumbers([count, length]), fc.integer({ min: 1, max: length })))
    await fc.assert(
      fc.asyncProperty(rows, async ([x, k]) => {
        const [count = 1, length = 1] = x.shape
        // Plain JavaScript's backend gives equal numbers in any order.
        const expected = Array.from({ length: count }, (_, row) =>
          Array.from({ length }, (_, i) => i)
            .sort((i, j) => orderOf(x.values[row * length + j]!, x.values[row * length + i]!) || i - j)
            .slice(0, k),
        )
        const { values, indices } = tf.topk(tf.tensor2d([...x.values], [count, length]), k, true)
        expect(await indices.array()).toEqual(expected)
        expect([...(await values.data())].map((value) => value + 0)).toEqual(
          expected.flatMap((places, row) => places.map((i) => x.values[row * length + i]! + 0)),
        )
        tf.dispose([values, indices])
      }),
      { numRuns: 60 },
    )
  })

  it('parts by their numbers; numbers out of range are refused as before', async () => {
    const gathered = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 3, 8))
      .chain(([size, inner]) => fc.tuple(tensorOf([size, inner]), fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 6 })))
    await fc.assert(
      fc.asyncProperty(gathered, async ([x, numbers]) => expectSame((input) => tf.gather(input!, tf.tensor1d(numbers, 'int32')), x)),
      { numRuns: 40 },
    )
    const held = tf.memory().numDataBuffers
    expect(() => tf.tidy(() => tf.gather(tf.ones([2, 3]), tf.tensor1d([2], 'int32')))).toThrow('index')
    expect(() => tf.tidy(() => tf.gather(tf.ones([2, 3]), tf.tensor1d([-1], 'int32')))).toThrow('index')
    expect(tf.memory().numDataBuffers).toBe(held)
  })

  it('any order of up to six axes', async () => {
    const ordered = fc
      .array(fc.constantFrom(1, 2, 3, 5, 17), { minLength: 1, maxLength: 6 })
      .filter((shape) => tf.util.sizeFromShape(shape) <= 5_000)
      .chain((shape) => fc.record({ x: tensorOf(shape), perm: fc.shuffledSubarray(shape.map((_, i) => i), { minLength: shape.length }) })) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(ordered, async ({ x, perm }) => expectSame((input) => tf.transpose(input!, [...perm]), x)),
      { numRuns: 60 },
    )
  })
})

describe('channels laid out as squares of pixels', () => {
  it('are those of the cpu backend', async () => {
    const deep = fc
      .record({
        batch: fc.integer({ min: 1, max: 3 }),
        height: fc.integer({ min: 1, max: 5 }),
        width: fc.integer({ min: 1, max: 5 }),
        block: fc.integer({ min: 2, max: 4 }),
        channels: fc.integer({ min: 1, max: 5 }),
      }) // prettier-ignore
      .chain(({ batch, height, width, block, channels }) => fc.tuple(tensorOf([batch, height, width, block ** 2 * channels]), fc.constant(block)))
    await fc.assert(
      fc.asyncProperty(deep, async ([x, block]) => expectSame((input) => tf.depthToSpace(input as tf.Tensor4D, block, 'NHWC'), x)),
      { numRuns: 40 },
    )
  })
})

describe('axes of two tensors', () => {
  it('are joined where both repeat alike', () => {
    expect(broadcastOf([2, 8, 8, 3], [3])).toEqual({ sizes: [1, 1, 128, 3], a: [0, 0, 3, 1], b: [0, 0, 0, 1] })
    expect(broadcastOf([2, 8, 8, 3], [2, 8, 8, 1])).toEqual({ sizes: [1, 1, 128, 3], a: [0, 0, 3, 1], b: [0, 0, 1, 0] })
    expect(broadcastOf([4, 1, 5], [1, 6, 5])).toEqual({ sizes: [1, 4, 6, 5], a: [0, 5, 0, 1], b: [0, 0, 5, 1] })
    expect(broadcastOf([], [7])).toEqual({ sizes: [1, 1, 1, 7], a: [0, 0, 0, 0], b: [0, 0, 0, 1] })
  })

  it('are at most four', () => {
    expect(broadcastOf([2, 1, 2, 1, 2], [1, 2, 1, 2, 1])).toBeUndefined()
  })
})
