import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { compile, type CompiledLoss } from '../core/compile.js'
import { aRange } from '../core/compileArguments.js'
import { isTensor, type Range } from '../core/images.js'
import { anything, needOptions } from '../core/need.js'
import { pixels } from '../core/feature.js'
import { mse } from './mse.js'
import { msSsim, type MsSsimOptions } from './msSsim.js'
import { ssim, type SsimOptions } from './ssim.js'

/** What the values of the pictures mean. */
export interface ScoreOptions {
  /** What black and white are: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
}

/** Added to the mean squared error, as piq does: identical pictures have a PSNR of 80 dB rather than an infinite one. */
const CLIP = 1e-8

/** The value of each sample, pictures alone as a batch of one. */
const each = async (f: CompiledLoss, reference: Tensor, prediction: Tensor): Promise<readonly number[]> => {
  const values = tf.tidy(() => f.perSample(batched(reference), batched(prediction)))
  try {
    return Array.from(await values.data())
  } finally {
    values.dispose()
  }
}

const batched = (image: Tensor): Tensor => (isTensor(image) && image.shape.length === 3 ? tf.expandDims<Tensor4D>(image) : image)

/** The options, if they are a range and options of the metric; the metric itself checks the values of its own. */
const checkedOptions = <O extends object>(name: string, options: O, own: object = {}): O => {
  needOptions(`scores.${name}`, options, { range: aRange, ...Object.fromEntries(Object.keys(own).map((key) => [key, anything])) })
  return options
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * Peak signal-to-noise ratio in dB: the higher, the more alike; the mean over the batch of 10 log10(1 / (MSE + 1e-8)), MSE that of [0, 1]. Identical pictures: 80.
 *
 * Pictures are float32 [height, width, 3] or [batch, height, width, 3], in `range`.
 *
 * @throws LossException for tensors that are no pictures or differ in size.
 * Source: `piq.psnr`; torchmetrics' without the 1e-8.
 * @example await scores.psnr(reference, image, { range: [0, 255] })
 */
const psnr = async (reference: Tensor, prediction: Tensor, options: ScoreOptions = {}): Promise<number> => {
  const { range = [0, 1] } = checkedOptions('psnr', options)
  return mean((await each(compile(mse(pixels), { range }), reference, prediction)).map((error) => -10 * Math.log10(error + CLIP)))
}

/**
 * SSIM, 1 for identical pictures; the mean over the batch. Options: those of the metric `ssim`, whose defaults are `tf.image.ssim`'s, and `range`.
 *
 * @throws LossException for tensors that are no pictures, differ in size, or have sides below the window's 11.
 * @example await scores.ssim(reference, image)
 */
const structural = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<SsimOptions> = {}): Promise<number> => {
  const { range = [0, 1], ...options } = checkedOptions('ssim', given, ssim.definition.defaults)
  return 1 - mean(await each(compile(ssim(pixels, options), { range }), reference, prediction))
}

/**
 * MS-SSIM, 1 for identical pictures; the mean over the batch. Options: those of the metric `msSsim`, and `range`.
 *
 * @throws LossException for tensors that are no pictures, differ in size, or have sides below 161.
 * @example await scores.msSsim(reference, image)
 */
const multiScale = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<MsSsimOptions> = {}): Promise<number> => {
  const { range = [0, 1], ...options } = checkedOptions('msSsim', given, msSsim.definition.defaults)
  return 1 - mean(await each(compile(msSsim(pixels, options), { range }), reference, prediction))
}

/** The numbers that people report of two pictures; not losses: the higher, the more alike. */
export const scores = { psnr, ssim: structural, msSsim: multiScale } as const
