/** The fast convolutions of the WASM and the native backend: their laws, and where they may stand in the network. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, perceptual } from '../../../../src/index.js'
import type { Convolve } from '../../../../src/layers/kernels/convolver.js'
import { winogradTiles } from '../../../../src/layers/kernels/native/winogradTiles.js'
import { winograd } from '../../../../src/layers/kernels/portable/winograd.js'
import { F2, F4 } from '../../../../src/layers/kernels/portable/winogradForms.js'
import { full } from '../../../support/full.js'
import { noise } from '../../../support/images.js'
import { sharedVgg16 } from '../../../support/network.js'
import { gradientOf, norm, take } from '../../../support/tensors.js'

const usual = process.env['BACKEND'] ?? 'wasm'

const product: Convolve = (filter, bias) => {
  const kept = tf.keep(filter)
  return { run: (x) => (bias === undefined ? tf.conv2d(x, kept, 1, 'same') : tf.add(tf.conv2d(x, kept, 1, 'same'), bias)), dispose: () => kept.dispose() }
}

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))

/** How far a is from b, as a part of b's norm. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (v, i) => v - (b[i] ?? Number.NaN))) / norm(b)

const filter = centred(1, [3, 3, 16, 24])
const bias = tf.tidy(() => tf.reshape<tf.Rank.R1>(centred(2, [1, 1, 1, 24]), [24]))

const both = (x: Tensor4D, addend: Tensor1D | undefined, make: Convolve = winograd(product)) => {
  const ours = make(filter, addend)
  const plainly = tf.tidy(() => tf.add(tf.conv2d(x, filter, 1, 'same'), addend ?? 0))
  return { ours: take(tf.tidy(() => ours.run(x))), theirs: take(plainly) }
}

const sizes = [1, 2, 3, 4, 7, 8].flatMap((height) => [1, 2, 5, 6].map((width) => [height, width] as const))

describe('winograd', () => {
  beforeAll(() => tf.setBackend('wasm'))
  afterAll(() => tf.setBackend(usual))

  it.each(sizes)('is the plain convolution plus its bias at %i x %i', (height, width) => {
    const { ours, theirs } = both(centred(3, [2, height, width, 16]), bias)
    expect(apart(ours, theirs)).toBeLessThan(1e-6)
  })

  it('is zero where the whole neighbourhood is', () => {
    const x = tf.tidy(() => tf.pad(centred(4, [1, 3, 4, 16]), [[0, 0], [4, 3], [3, 4], [0, 0]])) // prettier-ignore
    const { ours, theirs } = both(x, undefined)
    expect(Array.from(ours, (v) => v === 0)).toEqual(Array.from(theirs, (v) => v === 0))
  })

  it('of a batch is that of its pictures', () => {
    const [a, b] = [centred(5, [1, 5, 6, 16]), centred(6, [1, 5, 6, 16])]
    const { run } = winograd(product)(filter, bias)
    const together = take(tf.tidy(() => run(tf.concat([a, b]))))
    expect(together).toEqual(Float32Array.of(...take(tf.tidy(() => run(a))), ...take(tf.tidy(() => run(b)))))
  })

  it('frees what it holds', () => {
    const before = tf.memory().numTensors
    let made: ReturnType<Convolve> | undefined
    tf.tidy(() => {
      made = winograd(product)(filter, bias)
    })
    made?.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe.each([
  ['F(2, 3)', F2, 1e-6],
  // Its sums have numbers up to 8 and sixths: some three bits more are lost.
  ['F(4, 3)', F4, 4e-6],
] as const)('winogradTiles by %s', (_, form, tolerance) => {
  it.each(sizes)('is the plain convolution plus its bias at %i x %i', (height, width) => {
    const x = centred(3, [2, height, width, 16])
    for (const addend of [bias, undefined]) {
      const { ours, theirs } = both(x, addend, winogradTiles(form))
      expect(apart(ours, theirs)).toBeLessThan(tolerance)
    }
  })

  it('is zero where whole tiles are', () => {
    const { ours } = both(tf.zeros([1, 9, 7, 16]), undefined, winogradTiles(form))
    expect(ours.every((value) => value === 0)).toBe(true)
  })

  it('of a batch is that of its pictures', () => {
    const [a, b] = [centred(5, [1, 5, 6, 16]), centred(6, [1, 5, 6, 16])]
    const { run } = winogradTiles(form)(filter, bias)
    const together = take(tf.tidy(() => run(tf.concat([a, b]))))
    // Products of matrices of other sizes may add in another order.
    expect(apart(together, [...take(tf.tidy(() => run(a))), ...take(tf.tidy(() => run(b)))])).toBeLessThan(1e-6)
  })

  it('frees permanent and temporary tensors', () => {
    const x = centred(7, [1, 6, 5, 16])
    const before = tf.memory().numTensors
    const made = tf.tidy(() => winogradTiles(form)(filter, bias) as unknown as tf.TensorContainer) as unknown as ReturnType<Convolve>
    const held = tf.memory().numTensors
    made.run(x).dispose()
    expect(tf.memory().numTensors).toBe(held)
    made.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe.each(['wasm', ...(usual === 'tensorflow' ? [usual] : [])])('the network on %s', (fast) => {
  const picture = (value: (x: number, y: number) => number): Tensor4D =>
    tf.tensor4d(
      Float32Array.from({ length: 24 * 24 * 3 }, (_, at) => value(Math.floor(at / 3) % 24, Math.floor(at / 72))),
      [1, 24, 24, 3],
    )

  // With it in every layer, the gradients of diagonal edges are off by a fifth to a third.
  const tied = [
    ['a diagonal edge', (x: number, y: number) => (x > y ? 1 : 0)],
    ['one colour', () => 0.6],
    ['diagonal stripes', (x: number, y: number) => ((x + y) % 8 < 4 ? 1 : 0)],
    ['a disc', (x: number, y: number) => ((x - 11.5) ** 2 + (y - 11.5) ** 2 < 60 ? 1 : 0)],
  ] as const
  it.each(full ? tied : tied.slice(0, 1))('gives %s, full of ties in max pooling, the gradient that the cpu backend gives', async (_, value) => {
    const extractor = await sharedVgg16()
    const gradient = async (backend: string): Promise<Float32Array> => {
      await tf.setBackend(backend)
      const f = compile(perceptual(), extractor)
      const target = picture((x, y) => 0.4 + 0.2 * Math.sin(0.7 * x + 0.3 * y))
      return gradientOf((x) => f(target, x), picture(value))
    }
    const [ours, cpu] = [await gradient(fast), await gradient('cpu')]
    await tf.setBackend(usual)
    expect(apart(ours, cpu)).toBeLessThan(1e-5)
  })
})
