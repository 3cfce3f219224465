import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { compile } from '../core/compile/compile.js'
import { aRange } from '../core/compile/compileArguments.js'
import { pixels } from '../core/language/feature.js'
import { imagesProblem } from '../core/tensors/checkImages.js'
import { anything, isTensor } from '../core/arguments/guards.js'
import { luma } from '../layers/features/luma.js'
import { mse } from '../metrics/mse.js'
import { msSsim, type MsSsimOptions } from '../metrics/msSsim.js'
import { aCap, psnrOf } from '../metrics/psnr.js'
import { ssim, ssimMapOf, type SsimOptions } from '../metrics/ssim.js'
import { ssimulacra2, type Ssimulacra2Options } from '../metrics/ssimulacra2.js'
import { checkOptions, type Accepted, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import type { CompiledLoss } from '../core/compile/compiledLoss.js'
import { LossException } from '../core/errors/lossException.js'
import { toUnit, type Range } from '../core/tensors/valueRange.js'

/** The range of the pictures, and the cropped edges. */
export interface ScoreOptions {
  /** The values of black and white: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
  /** The number of pixels to crop from each edge, as super-resolution papers do by the scale factor; default 0. */
  readonly crop?: number
}

/** Options of `scores.psnr`. */
export interface PsnrOptions extends ScoreOptions {
  /** 'rgb' (default): the error of all colours; 'y': of BT.601's Y in 16 .. 235, as in super-resolution papers. */
  readonly channels?: 'rgb' | 'y'
  /** The largest value in dB; default Infinity, the PSNR of identical pictures. */
  readonly cap?: number
}

const aCrop: Accepted = { name: 'a whole number of pixels, 0 or more', is: (value) => Number.isSafeInteger(value) && (value as number) >= 0 }

/** What `scores.psnr` accepts besides `range` and `crop`. */
const PSNR_OPTIONS: AcceptedOptions = {
  channels: { name: "'rgb' or 'y'", is: (value) => value === 'rgb' || value === 'y' },
  cap: aCap,
}

/** Throws for unknown options. The metric checks the values of its own options. */
const check = (name: string, options: object, own: AcceptedOptions): void => {
  checkOptions(`scores.${name}`, options, { range: aRange, crop: aCrop, ...own })
}

const ofMetric = ({ definition }: { readonly definition: { readonly defaults: object } }): AcceptedOptions =>
  Object.fromEntries(Object.keys(definition.defaults).map((key) => [key, anything]))

/** The value of each sample; a single picture is a batch of one. */
const each = async (f: CompiledLoss, reference: Tensor, prediction: Tensor, crop: number): Promise<readonly number[]> => {
  const values = tf.tidy(() => f.perSample(batched(reference, crop), batched(prediction, crop)))
  try {
    return Array.from(await values.data())
  } finally {
    values.dispose()
  }
}

/** A batch without its edges. Other values are unchanged: the loss rejects them. */
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
 * PSNR, the peak signal-to-noise ratio in dB (higher is more similar): 10 log10(1 / MSE) for values in [0, 1]; the mean over the batch. Infinity for identical pictures.
 *
 * Pictures are float32 [height, width, 3] or [batch, height, width, 3], in `range`. `{ channels: 'y', crop: 4 }` is the PSNR of super-resolution papers at scale 4.
 *
 * @throws LossException for tensors that are not pictures or differ in size, and for a crop that removes everything.
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
 * SSIM, the structural similarity: 1 for identical pictures; the mean over the batch. Options: those of the metric `ssim`, with the defaults of `tf.image.ssim`, `range` and `crop`.
 *
 * @throws LossException for tensors that are not pictures, differ in size, or have sides below the window's 11.
 * Source: with `channels: 'y'` and `crop`, BasicSR's `calculate_ssim(test_y_channel=True, crop_border=crop)`.
 * @example await scores.ssim(reference, image)
 */
const structural = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<SsimOptions> = {}): Promise<number> => {
  check('ssim', given, ofMetric(ssim))
  const { range = [0, 1], crop = 0, ...options } = given
  return 1 - mean(await each(compile(ssim(pixels, options), { range }), reference, prediction, crop))
}

/**
 * The SSIM map, 1 where the pictures are equal: [batch, height, width, channels], one number per window and channel. Its mean is `scores.ssim`.
 *
 * With the default 'valid' padding each side is 10 less than the picture's (`window` - 1); the channel is one with luma or Y. Options: those of `scores.ssim`. The
 * caller disposes of the map.
 *
 * @throws LossException as for `scores.ssim`.
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
 * MS-SSIM, the multi-scale structural similarity: 1 for identical pictures; the mean over the batch. Options: those of the metric `msSsim`, `range` and `crop`.
 *
 * @throws LossException for tensors that are not pictures, differ in size, or are too small for the coarsest scale (sides below 161 with the five default `weights`).
 * @example await scores.msSsim(reference, image)
 */
const multiScale = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<MsSsimOptions> = {}): Promise<number> => {
  check('msSsim', given, ofMetric(msSsim))
  const { range = [0, 1], crop = 0, ...options } = given
  return 1 - mean(await each(compile(msSsim(pixels, options), { range }), reference, prediction, crop))
}

/**
 * SSIMULACRA2 in points: 100 for identical pictures, 90 where people see no difference, 70 for high, 50 for medium and 30 for low quality, below 0 for worse; the mean over the batch.
 *
 * Options: those of the metric `ssimulacra2`, `range` and `crop`. `{ like: 'libjxl' }` gives the points of the authors' program.
 *
 * @throws LossException for tensors that are not pictures, differ in size, or have sides below 8.
 * @example await scores.ssimulacra2(reference, image)
 */
const points = async (reference: Tensor, prediction: Tensor, given: ScoreOptions & Partial<Ssimulacra2Options> = {}): Promise<number> => {
  check('ssimulacra2', given, ofMetric(ssimulacra2))
  const { range = [0, 1], crop = 0, ...options } = given
  return 100 - 100 * mean(await each(compile(ssimulacra2(pixels, options), { range }), reference, prediction, crop))
}

/** Image quality scores of two pictures: PSNR, SSIM, MS-SSIM and SSIMULACRA2. They are not losses: higher is more similar. */
export const scores = { psnr, ssim: structural, ssimMap: structuralMap, msSsim: multiScale, ssimulacra2: points } as const
