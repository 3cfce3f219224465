/**
 * SSIM and MS-SSIM against piq, pytorch-msssim, torchmetrics and tf.image themselves, on 27 pairs of pictures.
 *
 * In double precision (structure.json) to 1e-5. In float32 (numbers.json, and tf.image's, which knows no other: tf_structure.json) the peers are up to 5.3e-5 from themselves in double precision, and 8.5e-5 from one another:
 * their window's numbers sum to 1 + 3e-8, and times a squared mean that is a variance. So those are matched to 6e-5 only. Gradients: 1e-3 of the peer's norm, at each
 * point too; black and flat pictures have none to compare (their windows' variance is the rounding of it).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, msSsim, named, pixels, ssim, sum, type Loss, type Target } from '../../src/index.js'
import { sampled, sampledSmall } from '../support/full.js'
import { goldenImage } from '../support/images.js'
import { gradientOf, norm, takeNumber } from '../support/tensors.js'
import { published, type GoldenGradient } from './goldens.js'

interface Doubles {
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly values: Readonly<Record<string, number>> }[]
  readonly enlarged: readonly { readonly a: string; readonly b: string; readonly times: number; readonly value: number; readonly norm: number }[]
}
const doubles = JSON.parse(readFileSync(new URL('../goldens/structure.json', import.meta.url), 'utf8')) as Doubles

const tensorflow = JSON.parse(readFileSync(new URL('../goldens/tf_structure.json', import.meta.url), 'utf8')) as Doubles['pairs']

type PixelLoss = Loss<never, Target>

/** Each golden's loss. */
const SSIM: Readonly<Record<string, PixelLoss>> = {
  'piq.ssim': ssim(pixels, { downsample: 'auto' }),
  'piq.ssim(downsample=False)': ssim(pixels),
  'pytorch_msssim.ssim': ssim(pixels),
  'torchmetrics.ssim (reflect)': ssim(pixels, { padding: 'reflect' }),
  'piq.ssim of luma': ssim(pixels, { channels: 'luma' }),
}
const MS_SSIM: Readonly<Record<string, PixelLoss>> = {
  'piq.multi_scale_ssim': msSsim(pixels, { like: 'piq' }),
  'pytorch_msssim.ms_ssim': msSsim(pixels, { like: 'pytorch-msssim' }),
}

/** roundedLuma is pyiqa's, which counts contrast below 0 as 0, as piq does not: test/recipes/scores.test.ts. */
const ROUNDED = 'piq.ssim of rounded luma'
const DOUBLE = 1e-5
const FLOAT32 = 6e-5

describe('values', () => {
  it('are of 27 pairs', () => {
    expect(doubles.pairs).toHaveLength(27)
    expect(published).toHaveLength(27)
  })

  it.each(sampledSmall(doubles.pairs))('$a $b', async ({ a, b, values }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const losses = { ...SSIM, ...(target.shape[1] > 160 ? MS_SSIM : {}) }
    const rows = await compile(sum(...Object.entries(losses).map(([name, loss]) => named(name, loss)))).breakdown(target, prediction)
    const inFloat32 = published.find((pair) => pair.a === a && pair.b === b)?.values ?? {}
    expect(Object.keys(losses)).toEqual(expect.arrayContaining(Object.keys(values).filter((name) => name !== ROUNDED)))
    for (const name of Object.keys(losses)) {
      const ours = 1 - (rows.find((row) => row.name.startsWith(name))?.value ?? Number.NaN)
      const [double, float] = [values[name], inFloat32[name]]
      if (double !== undefined) expect(Math.abs(ours - double), `${name}: ours ${String(ours)}, the peer's ${String(double)}`).toBeLessThan(DOUBLE)
      if (typeof float === 'number') expect(Math.abs(ours - float), `${name} in float32`).toBeLessThan(FLOAT32)
    }
    tf.dispose([target, prediction])
  })

  it.each(sampled(tensorflow))('$a $b of tf.image, by the defaults', async ({ a, b, values }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const losses: Readonly<Record<string, PixelLoss>> = { 'tf.image.ssim': ssim(pixels), 'tf.image.ssim_multiscale': msSsim(pixels) }
    for (const [name, value] of Object.entries(values)) {
      const ours = 1 - takeNumber(compile(losses[name] ?? sum())(target, prediction))
      expect(Math.abs(ours - value), `${name}: ours ${String(ours)}, tf.image's ${String(value)}`).toBeLessThan(FLOAT32)
    }
    tf.dispose([target, prediction])
  })

  it('are of 27 pairs of tf.image, 18 of them of MS-SSIM', () => {
    expect(tensorflow).toHaveLength(27)
    expect(tensorflow.filter(({ values }) => 'tf.image.ssim_multiscale' in values)).toHaveLength(18)
  })

  it('a picture too small for MS-SSIM is an error in the peers and here', () => {
    expect(() => compile(msSsim(pixels))(tf.zeros([1, 64, 96, 3]), tf.zeros([1, 64, 96, 3]))).toThrow(/msSsim.*\[1, 64, 96, 3\].*at least 161/)
  })
})

const repeated = (x: Tensor4D, times: number): Tensor4D => tf.image.resizeNearestNeighbor(x, [x.shape[1] * times, x.shape[2] * times], false, true)

/** 256, 384 and 640 are averaged in blocks of 1, 2 (1.5 is rounded to even) and 2 (2.5 too). */
describe.each(doubles.enlarged)("downsample 'auto' of $b, every pixel $times x $times", ({ a, b, times, value, norm: length }) => {
  it('has the value and the gradient of piq', async () => {
    const [x, y] = [repeated(await goldenImage(a), times), repeated(await goldenImage(b), times)]
    const f = compile(ssim(pixels, { downsample: 'auto' }))
    expect(Math.abs(1 - takeNumber(f(x, y)) - value)).toBeLessThan(1e-5)
    expect(Math.abs(norm(gradientOf((p) => f(x, p), y)) / length - 1)).toBeLessThan(1e-3)
  })
})

const gradients = published.flatMap(({ a, b, gradients: of }) =>
  (['piq.ssim', 'pytorch_msssim.ms_ssim'] as const).flatMap((golden) => {
    const expected = of[golden]
    return typeof expected === 'object' && !/black|flat/.test(b) ? [{ a, b, golden, expected: expected as GoldenGradient }] : []
  }),
)

describe('gradients', () => {
  it('are of 18 pairs, and of the 12 that MS-SSIM takes', () => {
    expect(gradients).toHaveLength(18 + 12)
  })

  it.each(sampledSmall(gradients))('$b $golden', async ({ a, b, golden, expected }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const f = compile({ ...SSIM, ...MS_SSIM }[golden] ?? sum())
    const gradient = gradientOf((x) => f(target, x), prediction)
    // The peers' are of the similarity, ours of 1 less it.
    expect(Math.abs(norm(gradient) / expected.norm - 1)).toBeLessThan(1e-3)
    for (const [row, column, channel, value] of expected.at)
      expect(Math.abs((gradient[(row * prediction.shape[2] + column) * 3 + channel] ?? Number.NaN) + value)).toBeLessThan(1e-3 * expected.norm)
    tf.dispose([target, prediction])
  })
})
