import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { roundTo8Bits, limitedLumaOf, lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { gaussianWindow } from '../core/tensors/gaussianWindow.js'
import { averagePooled } from './ops/averagePooled.js'
import { reflected } from './ops/reflected.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { structuralDistance, structuralMap, type Structure } from './ops/structure.js'
import { type Shape, elements } from '../core/errors/shape.js'
import { count, oneOf, positive, sigma } from '../core/arguments/codecs.js'
import { getOrThrow } from '../core/errors/lossException.js'

/** Options shared by SSIM and MS-SSIM. */
export interface StructureOptions {
  /** The side of the Gaussian window, up to 255; default 11. */
  readonly window: number
  /** The standard deviation of the Gaussian in positions, from 0.05 to 100; default 1.5. */
  readonly sigma: number
  /** The luminance constant: C1 = K1² for a dynamic range of 1; default 0.01. */
  readonly K1: number
  /** The contrast and structure constant: C2 = K2²; default 0.03. */
  readonly K2: number
  /**
   * 'rgb' (default): the mean over all channels, for any feature; 'luma': greyscale; 'roundedLuma': greyscale in steps of 1/255, with contrast below 0 as 0 (pyiqa);
   * 'y': BT.601's Y in 16 .. 235 of 255 (BasicSR, super-resolution papers).
   */
  readonly channels: 'rgb' | 'luma' | 'roundedLuma' | 'y'
}

/** Options of `ssim`. */
export interface SsimOptions extends StructureOptions {
  /** 'none' (default, as `tf.image.ssim`); 'auto': blocks of round(shorter side / 256) positions are averaged first (piq, the authors' program). */
  readonly downsample: 'none' | 'auto'
  /** 'valid' (default): windows inside the picture only; 'reflect': one around every position, the picture mirrored at its edges (torchmetrics). */
  readonly padding: 'valid' | 'reflect'
}

/** The codecs of `StructureOptions`. */
export const structureCodecs = { window: count(255), sigma, K1: positive, K2: positive, channels: oneOf('rgb', 'luma', 'roundedLuma', 'y') }
/** Their defaults. */
export const structureDefaults: StructureOptions = { window: 11, sigma: 1.5, K1: 0.01, K2: 0.03, channels: 'rgb' }

/** The channels to compare. */
export const comparedChannels = (feature: Tensor4D, channels: StructureOptions['channels']): Tensor4D => CHANNELS[channels](feature)

const CHANNELS: Readonly<Record<StructureOptions['channels'], (feature: Tensor4D) => Tensor4D>> = {
  rgb: (feature) => feature,
  luma: lumaOf,
  roundedLuma: (feature) => roundTo8Bits(lumaOf(feature)),
  y: limitedLumaOf,
}

/** The window and the constants of the options; pyiqa keeps contrast at 0 or above. */
export const structureOf = ({ window, sigma, K1, K2, channels }: StructureOptions): Structure => ({
  window: gaussianWindow(window, sigma),
  c1: K1 ** 2,
  c2: K2 ** 2,
  negative: channels !== 'roundedLuma',
})

/** The number of compared values: a third for greyscale. */
export const comparedNumbers = (feature: Shape, channels: StructureOptions['channels']): number => elements(feature) / (channels === 'rgb' ? 1 : 3)

/** Why a feature lacks the channels or the minimum sides; undefined if it has both. */
export const structureProblem = (feature: Shape, channels: StructureOptions['channels'], side: number, why: string): string | undefined => {
  if (feature.length !== 4) return 'windows need height and width: [batch, height, width, channels]'
  const problem = channels === 'rgb' ? undefined : lumaProblem(feature)
  return problem ?? (shorterSide(feature) < side ? `both sides must be at least ${String(side)}, ${why}` : undefined)
}

const shorterSide = ([, height = 0, width = 0]: Shape): number => Math.min(height, width)

/** Four maps blurred along two axes, and some thirty operations on what comes out. */
export const structureFlops = (window: number, numbers: number): number => (16 * window + 30) * numbers

/** A half is rounded to even, as piq's (Python's) round does. */
const blockSize = (side: number): number => {
  const [exact, rounded] = [side / 256, Math.round(side / 256)]
  return Math.max(1, rounded - exact === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded)
}

/**
 * 1 - SSIM, the structural similarity: differences of luminance, contrast and structure under a Gaussian window at every position where it fits.
 *
 * With the window's means m, variances v and covariance, SSIM = (2 mx my + C1) (2 cov + C2) / ((mx² + my² + C1) (vx + vy + C2)), averaged over windows and channels. It
 * is computed from differences, so near pictures lose no digits.
 *
 * Value: [0, 2], zero on identity, symmetric, smooth. Any feature [batch, height, width, channels] with sides of at least `window` (with 'auto' after the averaging,
 * with 'reflect' of more than half of it); the constants are made for values in [0, 1]. An SSIM of .95 is a value of .05; `scores.ssim` returns the SSIM itself.
 *
 * Source: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004. The defaults are `tf.image.ssim`'s
 * and `pytorch_msssim.ssim`'s; `downsample: 'auto'` is `piq.ssim`; `padding: 'reflect'` is torchmetrics'; `channels: 'roundedLuma'` is pyiqa's; `channels: 'y'` is BasicSR's
 * `calculate_ssim(test_y_channel=True)`.
 *
 * @example ssim(pixels, { downsample: 'auto' })
 */
export const ssim: Metric<SsimOptions> = defineMetric({
  id: 'ssim',
  options: t.strict({ ...structureCodecs, downsample: oneOf('none', 'auto'), padding: oneOf('valid', 'reflect') }),
  defaults: { ...structureDefaults, downsample: 'none', padding: 'valid' },
  laws: ({ channels }) => ({ symmetric: true, zeroOnIdentity: true, range: [0, 2], smooth: channels !== 'roundedLuma' }),
  accepts:
    ({ window, channels, downsample, padding }) =>
    (feature) => {
      const block = downsample === 'auto' ? blockSize(shorterSide(feature)) : 1
      const side = padding === 'valid' ? window : Math.floor(window / 2) + 1
      return structureProblem(feature, channels, side * block, padding === 'valid' ? `for a window of ${String(window)}` : 'to be mirrored at the edges')
    },
  flops:
    ({ window, channels, downsample }) =>
    (feature) =>
      structureFlops(window, comparedNumbers(feature, channels) / (downsample === 'auto' ? blockSize(shorterSide(feature)) ** 2 : 1)),
  tiling: ({ window, downsample, padding }) => {
    if (downsample === 'auto') return { refused: 'averages blocks whose size depends on the picture size' }
    return padding === 'reflect' ? { refused: 'mirrors the picture at its edges' } : { parts: [{ adds: 'mean', window: [window, window] }] }
  },
  apply: (options) => (reference, prediction) =>
    perSampleMean(structuralDistance(windowInput(reference, options), windowInput(prediction, options), structureOf(options))),
  map: (options) => (reference, prediction) => tf.mean(mapOf(reference, prediction, options), -1, true),
})

/** The input of the windows. */
const windowInput = (feature: Tensor, { window, channels, downsample, padding }: SsimOptions): Tensor4D => {
  const whole = comparedChannels(feature as Tensor4D, channels)
  const block = downsample === 'auto' ? blockSize(shorterSide(whole.shape)) : 1
  const pooled = block === 1 ? whole : averagePooled(whole, block)
  return padding === 'valid' ? pooled : reflected(pooled, Math.floor((window - 1) / 2), Math.floor(window / 2))
}

/** 1 - SSIM of each window and channel: [batch, height, width, channels]. */
const mapOf = (reference: Tensor, prediction: Tensor, options: SsimOptions): Tensor4D =>
  structuralMap(windowInput(reference, options), windowInput(prediction, options), structureOf(options))

/** The same map with options left out. */
export const ssimMapOf = (reference: Tensor4D, prediction: Tensor4D, options: Partial<SsimOptions>): Tensor4D =>
  mapOf(reference, prediction, getOrThrow(withOptions(ssim.definition, options)))
