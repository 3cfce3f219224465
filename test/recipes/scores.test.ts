/** Scores as papers report them, against make_reported.py's double precision. Tolerances: float32 pictures and sums; PSNR 1e-4 dB, SSIM 1e-5, contextual 1e-3 of the value. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { channelMean, perSampleMean } from '../../src/core/tensors/perSample.js'
import { compile, contextual, msSsim, pixels, psnrOf, scores, ssim } from '../../src/index.js'
import { full } from '../support/full.js'
import { goldenImage, noise } from '../support/images.js'
import { take, takeNumber } from '../support/tensors.js'

const golden = JSON.parse(readFileSync(new URL('../goldens/reported.json', import.meta.url), 'utf8')) as {
  readonly pairs: readonly {
    readonly a: string
    readonly b: string
    readonly crop: number
    readonly psnr: number
    readonly psnrY: number
    readonly ssimY: number
  }[]
  readonly pyiqa: { readonly value: number; readonly withNegative: number }
  readonly roundedLuma: readonly { readonly a: string; readonly b: string; readonly value: number }[]
  readonly weights: readonly { readonly weights: readonly number[]; readonly value: number }[]
  readonly itself: readonly { readonly name: string; readonly variant: 'pytorch' | 'original'; readonly value: number }[]
}

describe('PSNR and SSIM of super-resolution papers', () => {
  it.each(golden.pairs)('$b, $crop pixels cut off', async ({ a, b, crop, psnr, psnrY, ssimY }) => {
    const [x, y] = [await goldenImage(a), await goldenImage(b)]
    expect(Math.abs((await scores.psnr(x, y, { crop })) - psnr)).toBeLessThan(1e-4)
    expect(Math.abs((await scores.psnr(x, y, { crop, channels: 'y' })) - psnrY)).toBeLessThan(1e-4)
    expect(Math.abs((await scores.ssim(x, y, { crop, channels: 'y' })) - ssimY)).toBeLessThan(1e-5)
    tf.dispose([x, y])
  })

  it('PSNR of identical pictures is Infinity, and capped only where asked', async () => {
    const x = noise(1, [1, 12, 13, 3])
    expect(await scores.psnr(x, x)).toBe(Infinity)
    expect(await scores.psnr(x, x, { channels: 'y', cap: 80 })).toBe(80)
    expect(psnrOf(0.01)).toBeCloseTo(20, 12)
    await expect(scores.psnr(x, x, { crop: 6 })).rejects.toThrow(/crop.*less than half of each side of a picture of 12 x 13/)
  })
})

/** What `pyiqa.archs.ssim_arch.SSIM(channels=3)` of pyiqa 0.1.16 gives in float64. */
const PYIQA: readonly (readonly [string, string, number])[] = [
  ['coffee.png', 'coffee_blur.png', 0.9092459875792025],
  ['coffee.png', 'coffee_noise.png', 0.40005461691120553],
  ['coffee.png', 'coffee_jpeg.png', 0.8357742105472965],
  ['coffee.png', 'coffee_dark.png', 0.8756326493016094],
  ['coffee.png', 'coffee_flat.png', 0.7245583755657098],
  ['coffee.png', 'coffee_shift.png', 0.7788365224775876],
  ['chelsea.png', 'chelsea_noise.png', 0.6293155086736253],
  ['chelsea.png', 'chelsea_jpeg.png', 0.7179286634363111],
  ['astronaut.png', 'astronaut_blur.png', 0.8055759267042548],
]

describe('SSIM and MS-SSIM', () => {
  it('with roundedLuma keeps contrast at 0 or above, as pyiqa does', async () => {
    const [x, y] = [noise(1, [1, 48, 64, 3]), noise(2, [1, 48, 64, 3])]
    expect(golden.pyiqa.withNegative).toBeLessThan(golden.pyiqa.value - 0.05)
    expect(Math.abs((await scores.ssim(x, y, { channels: 'roundedLuma' })) - golden.pyiqa.value)).toBeLessThan(1e-4)
    const gradient = take(tf.tidy(() => tf.grad((p) => compile(ssim(pixels, { channels: 'roundedLuma' }))(x, p as typeof y))(y)))
    expect(gradient.every(Number.isFinite)).toBe(true)
  })

  it.each(PYIQA)("with roundedLuma is pyiqa's own number of %s and %s", async (a, b, value) => {
    const [x, y] = [await goldenImage(a), await goldenImage(b)]
    expect(Math.abs((await scores.ssim(x, y, { channels: 'roundedLuma' })) - value)).toBeLessThan(2e-5)
    tf.dispose([x, y])
  })

  // A luma of .5 in 255 steps is rounded down in one precision and up in the other, in a few pixels of each picture.
  it.each(golden.roundedLuma)('with roundedLuma is that of $a and $b', async ({ a, b, value }) => {
    const [x, y] = [await goldenImage(a), await goldenImage(b)]
    expect(Math.abs((await scores.ssim(x, y, { channels: 'roundedLuma' })) - value)).toBeLessThan(1e-4)
    tf.dispose([x, y])
  })

  it.each(golden.weights)('MS-SSIM with the weights $weights', async ({ weights, value }) => {
    const [x, y] = [await goldenImage('coffee.png'), await goldenImage('coffee_jpeg.png')]
    expect(Math.abs((await scores.msSsim(x, y, { weights })) - value)).toBeLessThan(1e-5)
  })

  it('MS-SSIM at one scale with the weight 1 is SSIM, value and gradient', () => {
    // Alike: MS-SSIM takes a negative mean as 0, as those of unrelated noise can be.
    const x = noise(1, [2, 24, 20, 3])
    const y = tf.tidy(() => tf.add<Tensor4D>(tf.mul(x, 0.8), tf.mul(noise(2, [2, 24, 20, 3]), 0.2)))
    const [one, all] = [msSsim(pixels, { weights: [1] }), ssim(pixels)].map((loss) => {
      const { value, grad } = tf.valueAndGrad((p) => compile(loss)(x, p))(y)
      return { value: takeNumber(value), gradient: take(grad) }
    })
    expect(one?.value).toBeCloseTo(all?.value ?? Number.NaN, 6)
    one?.gradient.forEach((slope, i) => {
      expect(slope).toBeCloseTo(all?.gradient[i] ?? Number.NaN, 6)
    })
  })

  it('weights are a short list of numbers above 0, and say how large pictures must be', () => {
    expect(() => msSsim(pixels, { weights: [] })).toThrow(/weights.*a list of 1 to 12 numbers/)
    expect(() => msSsim(pixels, { weights: [0.5, 0] })).toThrow(/weights.*a list of 1 to 12 numbers/)
    const x = noise(1, [1, 20, 20, 3])
    expect(() => compile(msSsim(pixels, { weights: [0.5, 0.5] }))(x, x)).toThrow(/at least 21/)
  })

  it('the map has the mean of scores.ssim, one number per window and channel', async () => {
    const [x, y] = [noise(3, [2, 20, 22, 3]), noise(4, [2, 20, 22, 3])]
    const map = scores.ssimMap(x, y)
    expect(map.shape).toEqual([2, 10, 12, 3])
    expect(takeNumber(tf.mean(map))).toBeCloseTo(await scores.ssim(x, y), 5)
    expect(scores.ssimMap(x, y, { channels: 'y', padding: 'reflect', crop: 1 }).shape).toEqual([2, 18, 20, 1])
  })
})

describe('contextual of a picture with itself', () => {
  it.each(full ? golden.itself : golden.itself.filter(({ name }) => name === 'coffee.png'))('$name, $variant', async ({ name, variant, value }) => {
    const whole = tf.slice(await goldenImage(name), [0, 0, 0, 0], [1, 48, 64, 3])
    expect(Math.abs(takeNumber(compile(contextual(pixels, { like: variant }))(whole, whole)) / value - 1)).toBeLessThan(1e-3)
    whole.dispose()
  })
})

describe('means of 2048 x 2048', () => {
  it('keep six digits where every element is 0.1, the worst case of a plain sum (-4 % in TensorFlow, 12 % on WASM)', () => {
    const x = tf.fill([1, 2048, 2048, 3], 0.1)
    const exact = Math.fround(0.1)
    expect(Math.abs(takeNumber(perSampleMean(x)) / exact - 1)).toBeLessThan(3e-6)
    // TensorFlow adds a row's 2048 numbers one after the other.
    const tolerance = tf.getBackend() === 'tensorflow' ? 5e-5 : 3e-6
    for (const mean of take(channelMean(x))) expect(Math.abs(mean / exact - 1)).toBeLessThan(tolerance)
    tf.dispose(x)
  })
})

describe('means over positions', () => {
  // Sides up to nine, multiples, remainders of one and more, and 2521, which is 1 more than a multiple of every window.
  it.each([
    [1, 1],
    [9, 1],
    [17, 10],
    [19, 38],
    [64, 65],
    [2521, 2],
    [3, 2521],
  ])('of %d x %d are those of double precision', (height, width) => {
    const x = noise(height, [2, height, width, 3])
    const values = [...x.dataSync()]
    const exact = Array.from({ length: 6 }, (_, i) => {
      const each = values.filter((_, at) => at % 3 === i % 3 && Math.floor(at / (height * width * 3)) === Math.floor(i / 3))
      return each.reduce((total, value) => total + value, 0) / (height * width)
    })
    take(channelMean(x)).forEach((mean, i) => expect(Math.abs(mean - (exact[i] ?? 0))).toBeLessThan(1e-6))
    take(perSampleMean(x)).forEach((mean, i) => expect(Math.abs(mean - exact.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b) / 3)).toBeLessThan(1e-6))
    expect(take(tf.tidy(() => tf.grad((p) => tf.sum(channelMean(p)))(x)))[0]).toBeCloseTo(1 / (height * width), 7)
    x.dispose()
  })

  // XNNPACK's single windows of more than seven rows take memory for each channel from the stack: 16,384 channels overwrote the heap.
  it.each([
    [64, 64, 256],
    [8, 1, 16384],
    [9, 8, 2560],
  ])('of ones [1, %i, %i, %i] is 1, and what is computed after it is right', (...shape) => {
    const x = tf.ones([1, ...shape])
    expect(take(perSampleMean(x))[0]).toBeCloseTo(1, 6)
    const others = [1, 2, 3].map((n) => tf.range(0, 20_000 * n))
    others.forEach((other, i) => expect(take(other).at(-1)).toBe(20_000 * (i + 1) - 1))
    x.dispose()
  })

  it('are NaN where an element is, which pooling on WASM would make -Infinity', () => {
    const x = tf.tidy(() => tf.concat([tf.ones([1, 16, 16, 3]), tf.fill([1, 1, 16, 3], Number.NaN)], 1))
    expect(take(perSampleMean(x))[0]).toBeNaN()
    expect([...take(channelMean(x))].every(Number.isNaN)).toBe(true)
    x.dispose()
  })
})

describe('scores', () => {
  it('are Infinity, 1 and 1 for identical pictures, whatever the range; a picture alone is a batch of one', async () => {
    const x = noise(16, [1, 161, 162, 3])
    const [bytes, alone] = [tf.mul<Tensor4D>(x, 255), tf.squeeze(x, [0])]
    expect(await scores.psnr(alone, alone)).toBe(Infinity)
    expect(await scores.ssim(bytes, bytes, { range: [0, 255] })).toBe(1)
    expect(await scores.msSsim(alone, x)).toBe(1)
    const y = noise(17, [1, 161, 162, 3])
    expect(await scores.psnr(bytes, tf.mul(y, 255), { range: [0, 255] })).toBeCloseTo(await scores.psnr(x, y), 4)
    expect(await scores.ssim(bytes, tf.mul(y, 255), { range: [0, 255], channels: 'luma' })).toBeCloseTo(await scores.ssim(x, y, { channels: 'luma' }), 5)
  })

  it('are means over a batch', async () => {
    const [x, y] = [noise(18, [2, 20, 21, 3]), noise(19, [2, 20, 21, 3])]
    const [first, second] = await Promise.all(
      [0, 1].map((i) => scores.ssim(tf.slice(x, [i, 0, 0, 0], [1, -1, -1, -1]), tf.slice(y, [i, 0, 0, 0], [1, -1, -1, -1]))),
    )
    expect(await scores.ssim(x, y)).toBeCloseTo(((first ?? 0) + (second ?? 0)) / 2, 6)
  })

  it('reject values that are not pictures', async () => {
    const x = noise(20, [1, 20, 21, 3])
    await expect(scores.psnr(x, tf.zeros([1, 20, 20, 3]))).rejects.toThrow(/cannot compare/)
    await expect(scores.ssim(tf.zeros([20, 21]), x)).rejects.toThrow(/expected a float32 tensor \[batch, height, width, 3\]/)
    await expect(scores.msSsim(x, x)).rejects.toThrow(/at least 161/)
  })
})
