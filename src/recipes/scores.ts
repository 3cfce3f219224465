import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { compile } from '../core/compile/compile.js'
import { aRange } from '../core/compile/compileArguments.js'
import { LossException } from '../core/errors/error.js'
import { pixels } from '../core/language/feature.js'
import { imagesProblem, toUnit, type Range } from '../core/tensors/images.js'
import { anything, checkOptions, isTensor } from '../core/arguments/guards.js'
import { luma } from '../layers/features/luma.js'
import { mse } from '../metrics/mse.js'
import { msSsim, type MsSsimOptions } from '../metrics/msSsim.js'
import { aCap, psnrOf } from '../metrics/psnr.js'
import { ssim, ssimMapOf, type SsimOptions } from '../metrics/ssim.js'
import type { Accepted, AcceptedOptions } from '../core/arguments/accepted.js'
import type { CompiledLoss } from '../core/compile/compiledLoss.js'

/** What the values of the pictures mean, and which pixels count. */
export interface ScoreOptions {
  /** What black and white are: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
  /** How many pixels are cut off at each edge first, as super-resolution papers do by the scale factor; 0. */
  readonly crop?: number
}

/** Options of `scores.psnr`. */
export interface PsnrOptions extends ScoreOptions {
  /** 'rgb' (default): the error of all colours; 'y': of BT.601's Y in 16 .. 235, as super-resolution papers report it. */
  readonly channels?: 'rgb' | 'y'
  /** The largest value in dB; Infinity, which is the PSNR of identical pictures. */
  readonly cap?: number
}

const aCrop: Accepted = { name: 'a whole number of pixels, 0 or more', is: (value) => Number.isSafeInteger(value) && (value as number) >= 0 }

/** What `scores.psnr` accepts besides `range` and `crop`. */
const PSNR_OPTIONS: AcceptedOptions = {
  channels: { name: "'rgb' or 'y'", is: (value) => value === 'rgb' || value === 'y' },
  cap: aCap,
}

/** Throws for options that are none of these. The metric itself checks the values of its own. */
const check = (name: string, options: object, own: AcceptedOptions): void => {
  checkOptions(`scores.${name}`, options, { range: aRange, crop: aCrop, ...own })
}

const ofMetric = ({ definition }: { readonly definition: { readonly defaults: object } }): AcceptedOptions =>
  Object.fromEntries(Object.keys(definition.defaults).map((key) => [key, anything]))

/** The value of each sample, pictures alone as a batch of one. */
const each = async (f: CompiledLoss, reference: Tensor, prediction: Tensor, crop: number): Promise<readonly number[]> => {
  const values = tf.tidy(() => f.perSample(batched(reference, crop), batched(prediction, crop)))
  try {
    return Array.from(await values.data())
  } finally {
    values.dispose()
  }
}

/** A batch without its edges. What is no picture stays as it is: the loss says why. */
const batched = (image: Tensor, crop: number): Tensor => {
  const batch = isTensor(image) && image.shape.length === 3 ? tf.expandDims<Tensor4D>(image) : image
  if (crop === 0 || imagesProblem('image', batch) !== undefined) return batch
  return cropped(batch as Tensor4D, crop)
}

/** Pictures without `crop` pixels at each edge. */
export const cropped = (images: Tensor4D, crop: number): Tensor4D => {
  const [batch, height, width, channels] = images.shape
  const [high, wide] = [height - 2 * crop, width - 2 * crop]
  if (high < 1 || wide < 1) throw nothingLeft(crop, `less than half of each side of a picture of ${String(height)} x ${String(width)} (height x width)`)
  return tf.slice(images, [0, crop, crop, 0], [batch, high, wide, channels])
}

const nothingLeft = (crop: number, expected: string): LossException =>
  new LossException({ _tag: 'BadArgument', name: 'crop', received: String(crop), expected })

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The loss that PSNR is computed from. */
export const psnrLoss = (channels: 'rgb' | 'y' = 'rgb') => mse(channels === 'y' ? luma(pixels, { levels: 'limited' }) : pixels)

/**
 * Peak signal-to-noise ratio in dB, the higher, the more alike: 10 log10(1 / MSE), MSE that of [0, 1]; the mean over the batch. Identical pictures: Infinity.
 *
 * Pictures are float32 [height, width, 3] or [batch, height, width, 3], in `range`. `{ channels: 'y', crop: 4 }` is what super-resolution papers report for a scale of 4.
 *
 * @throws LossException for tensors that are no pictures or differ in size, and for a crop that leaves nothing.
 * Source: `skimage.metrics.peak_signal_noise_ratio`; with `channels: 'y'` and `crop`, BasicSR's `calculate_psnr(test_y_channel=True, crop_border=crop)`, which rounds
 * nothing (MATLAB's `rgb2ycbcr` rounds Y to whole steps of 255 first).
 * @example await scores.psnr(reference, image, { range: [0, 255] })
 */
const psnr = async (reference: Tensor, prediction: Tensor, options: PsnrOptions = {}): Promise<number> => {
  check('psnr', options, PSNR_OPTIONS)
  const { range = [0, 1], crop = 0, channels, cap } = options
  return mean((await each(compile(psnrLoss(channels), { range }), reference, prediction, crop)).map((error) => psnrOf(error, cap)))
}

/**
 * SSIM, 1 for identical pictures; the mean over the batch. Options: those of the metric `ssim`, whose defaults are `tf.image.ssim`'s, `range` and `crop`.
 *
 * @throws LossException for tensors that are no pictures, differ in size, or have sides below the window's 11.
 * Source: with `channels: 'y'` and `crop`, BasicSR's `calculate_ssim(test_y_channel=True, crop_border=crop)`.
 * @example await scores.ssim(reference, image)
 */
const structural = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<SsimOptions> = {}): Promise<number> => {
  check('ssim', given, ofMetric(ssim))
  const { range = [0, 1], crop = 0, ...options } = given
  return 1 - mean(await each(compile(ssim(pixels, options), { range }), reference, prediction, crop))
}

/**
 * The map of SSIM, 1 where the pictures are alike: [batch, height, width, channels], one number per window and channel. Its mean is `scores.ssim`.
 *
 * With the default 'valid' padding each side is 10 less than the picture's (`window` - 1); the channel is one with luma or Y. Options: those of `scores.ssim`. The
 * caller disposes of the map.
 *
 * @throws LossException for what `scores.ssim` refuses.
 * Source: `skimage.metrics.structural_similarity(full=True)`, whose map includes the edges.
 * @example const map = scores.ssimMap(reference, image)
 */
const structuralMap = (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<SsimOptions> = {}): Tensor4D => {
  check('ssimMap', given, ofMetric(ssim))
  const { range = [0, 1], crop = 0, ...options } = given
  return tf.tidy(() => {
    const [a, b] = [batched(reference, crop), batched(prediction, crop)]
    // The loss checks pictures, sizes and options.
    compile(ssim(pixels, options), { range }).perSample(a, b)
    const unit = toUnit(range)
    return tf.sub<Tensor4D>(1, ssimMapOf(unit(a as Tensor4D), unit(b as Tensor4D), options))
  })
}

/**
 * MS-SSIM, 1 for identical pictures; the mean over the batch. Options: those of the metric `msSsim`, `range` and `crop`.
 *
 * @throws LossException for tensors that are no pictures, differ in size, or are too small for the coarsest scale (sides below 161 with the five default `weights`).
 * @example await scores.msSsim(reference, image)
 */
const multiScale = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<MsSsimOptions> = {}): Promise<number> => {
  check('msSsim', given, ofMetric(msSsim))
  const { range = [0, 1], crop = 0, ...options } = given
  return 1 - mean(await each(compile(msSsim(pixels, options), { range }), reference, prediction, crop))
}

/** The numbers that people report of two pictures; not losses: the higher, the more alike. */
export const scores = { psnr, ssim: structural, ssimMap: structuralMap, msSsim: multiScale } as const
