/** The playground's pictures: how they are spoilt, scaled and kept within a budget of memory. */
import * as tf from '@tensorflow/tfjs'
import * as fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { boundOf, fitted, peakOf } from '../../playground/engine/fit.js'
import { extractorFor } from '../../playground/engine/networks.js'
import { atMost, placement, sameShape, scaled, within } from '../../playground/engine/scale.js'
import { batchOf, pictureOf } from '../../playground/engine/tensors.js'
import { changePicture } from '../../playground/pictures/change.js'
import { brightest } from '../../playground/pictures/colours.js'
import { equalMse } from '../../playground/pictures/equalMse.js'
import { CHANGES } from '../../playground/pictures/names.js'
import { compile, contextual, featureAt, lpips, mae, mse, pixels, ssim, sum } from '../../src/index.js'
import { full } from '../support/full.js'
import { sharedVgg16 } from '../support/network.js'

const SIDE = 40

/** A ramp to the right, alike in every channel. */
const ramp = {
  width: SIDE,
  height: SIDE,
  data: Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? 255 : 5 * (Math.floor(i / 4) % SIDE))),
}

const at = ({ data }: typeof ramp, x: number, y: number): number => data[(y * SIDE + x) * 4]!

it.each(CHANGES)('%s: opaque, of the same size, and the same each time', (change) => {
  const once = changePicture(ramp, change)
  expect(once).toMatchObject({ width: SIDE, height: SIDE })
  expect(once.data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true)
  expect(changePicture(ramp, change).data).toEqual(once.data)
})

it('changes what it says', () => {
  expect(at(changePicture(ramp, 'darker'), 20, 0)).toBe(70)
  expect(at(changePicture(ramp, 'shifted'), 20, 5)).toBe(at(ramp, 19, 4))
  expect(at(changePicture(ramp, 'posterised'), 20, 0)).toBe(85)
  // The mean of a ramp's neighbours is itself, away from the edges.
  expect(at(changePicture(ramp, 'blurred'), 20, 20)).toBe(at(ramp, 20, 20))
  expect(at(changePicture(ramp, 'pixelated'), 21, 20)).toBe(at(changePicture(ramp, 'pixelated'), 22, 22))
})

it.each([0, 0.3, 0.5, 1])('a mixture of brighter and blurred at %d has the same mean squared error as any other', (mix) => {
  const noise = { ...ramp, data: ramp.data.map((_, i) => (i % 4 === 3 ? 255 : 40 + ((i * 2654435761) % 180))) }
  const mixed = equalMse(noise, changePicture(noise, 'blurred'), mix)
  const squares = [...mixed.data].flatMap((value, i) => (i % 4 === 3 ? [] : [(value - noise.data[i]!) ** 2]))
  // Pixels are whole numbers.
  expect(Math.abs(squares.reduce((sum, square) => sum + square, 0) / squares.length / 18 ** 2 - 1)).toBeLessThan(0.005)
})

it('the brightest of a heat map is its 99 % quantile, so that one outlier does not darken the rest', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i === 7 ? 1e6 : i / 1000))
  expect(brightest({ values, fitted: { width: 100, height: 10, bytes: 1 } })).toBeCloseTo(0.99, 2)
  expect(brightest({ values: values.map((value) => (value === 1e6 ? 5 : 0)), fitted: { width: 100, height: 10, bytes: 1 } })).toBe(5)
})

it('pictures become tensors in [0, 1], and pictures again', async () => {
  const batch = batchOf(ramp)
  expect(batch.shape).toEqual([1, SIDE, SIDE, 3])
  expect((await batch.data())[3 * 20]).toBeCloseTo(100 / 255, 6)
  expect((await pictureOf(batch)).data).toEqual(ramp.data)
  batch.dispose()
})

it('sizes keep their proportions, and cropping takes the middle', () => {
  expect(within({ width: 4000, height: 3000 }, 256)).toEqual({ width: 256, height: 192 })
  expect(within({ width: 100, height: 50 }, 256)).toEqual({ width: 100, height: 50 })
  expect(within({ width: 5000, height: 1 }, 100)).toEqual({ width: 100, height: 1 })
  expect(atMost({ width: 8000, height: 2000 }, 4e6)).toEqual({ width: 4000, height: 1000 })
  expect(atMost({ width: 1000, height: 2000 }, 4e6)).toEqual({ width: 1000, height: 2000 })
})

it('a wide picture is stretched, cropped or padded to a square', () => {
  const [wide, square] = [
    { width: 200, height: 100 },
    { width: 50, height: 50 },
  ]
  const whole = { left: 0, top: 0 }
  expect(placement(wide, square, 'fit')).toEqual({ from: { ...wide, ...whole }, to: { ...square, ...whole } })
  expect(placement(wide, square, 'crop')).toEqual({ from: { width: 100, height: 100, left: 50, top: 0 }, to: { ...square, ...whole } })
  expect(placement(wide, square, 'pad')).toEqual({ from: { ...wide, ...whole }, to: { width: 50, height: 25, left: 0, top: 12.5 } })
})

it('sizes have the same shape if scaling to whole pixels brings one to the other', () => {
  expect(sameShape({ width: 450, height: 300 }, { width: 448, height: 299 })).toBe(true)
  expect(sameShape({ width: 450, height: 300 }, { width: 300, height: 450 })).toBe(false)
  // Padding then adds no white line.
  expect(placement({ width: 448, height: 299 }, { width: 450, height: 300 }, 'pad').to).toEqual({ width: 450, height: 300, left: 0, top: 0 })
})

it('a blur is the mean of neighbours, at the edges too', () => {
  const means = (values: readonly number[]): readonly number[] =>
    values.map((_, i) => Math.round([-1, 0, 1].reduce((sum, by) => sum + (values[Math.min(SIDE - 1, Math.max(0, i + by))] ?? 0), 0) / 3))
  const row = Array.from({ length: SIDE }, (_, x) => at(ramp, x, 0))
  const blurred = changePicture(ramp, 'blurred')
  expect(Array.from({ length: SIDE }, (_, x) => at(blurred, x, 7))).toEqual(means(means(row)))
})

it('a picture is made smaller until a step fits, and no smaller than needed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 33, max: 1000 }), fc.integer({ min: 1e6, max: 2e8 }), async (side, bytes) => {
      const peak = ({ width, height }: { readonly width: number; readonly height: number }) => Promise.resolve(1e5 + 500 * width * height)
      const size = await fitted({ width: side, height: side }, { side: 512, bytes }, peak)
      expect(size.bytes).toBe(await peak(size))
      if (size.width > 32) expect(size.bytes).toBeLessThanOrEqual(bytes)
      if (size.width < Math.min(side, 512)) expect(size.bytes).toBeGreaterThan(0.75 * bytes - 1e6)
    }),
  )
})

it('measures nothing where the budget is far away', async () => {
  const peak = () => Promise.reject(new Error('measured'))
  const size = { width: 100, height: 50 }
  const near = fitted(size, { side: 512, bytes: 6e6 }, peak, () => 5e6)
  await expect(near).rejects.toThrow('measured')
  expect(await fitted(size, { side: 512, bytes: 1e9 }, peak, () => 5e6)).toEqual({ ...size, bytes: 5e6, atMost: true })
})

it.each([
  ['of pixels', sum(ssim(pixels), mae(pixels))],
  ...(full ? ([['over AlexNet', lpips()] as const, ['over VGG16', lpips({ net: 'vgg' })]] as const) : []),
] as const)('a step of a loss %s stays below the bound that is known without measuring', async (_, loss) => {
  const extractor = await extractorFor(loss, () => undefined)
  const size = { width: 160, height: 120 }
  expect(await peakOf(loss, extractor)(size)).toBeLessThan(boundOf(loss, extractor)(size))
})

it('there is no bound for losses that may grow faster than the picture', () => {
  expect(boundOf(contextual(pixels), undefined)({ width: 10, height: 10 })).toBe(Infinity)
})

it.runIf(full)('a step at the size that is said to fit takes no more than the budget, networks included', async () => {
  const extractor = await sharedVgg16()
  const loss = sum(mse(featureAt('block2_conv2')), mae(pixels))
  const budget = tf.memory().numBytes + 30e6
  const { width, height, bytes } = await fitted({ width: 450, height: 300 }, { side: 256, bytes: budget }, peakOf(loss, extractor))
  expect(bytes).toBeLessThanOrEqual(budget)
  expect(width).toBeLessThan(256)
  const image = tf.randomUniform<tf.Rank.R4>([1, height, width, 3])
  const f = compile(loss, extractor)
  const { peakBytes, result } = await tf.profile(() => Object.values(tf.valueAndGrad((x) => f(image, x as tf.Tensor4D))(image)))
  tf.dispose([result, image])
  // 2 % for what does not grow in proportion.
  expect(peakBytes).toBeLessThanOrEqual(1.02 * budget)
})

describe('scaling', () => {
  const photograph = async (
    width: number,
    height: number,
  ): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> }> => {
    const file = new URL('../../examples/images/chelsea.jpg', import.meta.url).pathname
    const { data } = await sharp(file).ensureAlpha().resize(width, height, { kernel: 'linear', fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
    return { width, height, data: Uint8ClampedArray.from(data) }
  }
  const difference = (a: Uint8ClampedArray, b: Uint8ClampedArray): number => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

  it.each([
    [128, 85],
    [96, 64],
    [450, 299],
  ])('to %i x %i is that of libvips with its linear kernel', async (width, height) => {
    const [whole, expected] = [await photograph(450, 300), await photograph(width, height)]
    // Libvips rounds between its two passes, and to eighths of a degree of the kernel's place: half a level in the mean.
    expect(difference(scaled(whole, { width, height }, 'fit').data, expected.data)).toBeLessThan(0.5)
  })

  it('keeps a picture of the size, a plain one plain, and pads with white', async () => {
    const whole = await photograph(450, 300)
    expect(scaled(whole, { width: 450, height: 300 }, 'fit')).toBe(whole)
    const plain = { width: 60, height: 20, data: new Uint8ClampedArray(60 * 20 * 4).fill(77).map((value, i) => (i % 4 === 3 ? 255 : value)) }
    expect(new Set(scaled(plain, { width: 17, height: 9 }, 'crop').data)).toEqual(new Set([77, 255]))
    const padded = scaled(plain, { width: 30, height: 30 }, 'pad')
    const rows = Array.from({ length: 30 }, (_, y) => padded.data[4 * 30 * y])
    expect(rows).toEqual(rows.map((_, y) => (y < 10 || y >= 20 ? 255 : 77)))
  })
})
