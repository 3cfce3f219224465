import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { rgb } from 'd3-color'
import { interpolateCividis, interpolateInferno, interpolateMagma, interpolateViridis } from 'd3-scale-chromatic'
import { checkArgument, isTensor } from '../core/arguments/guards.js'
import { positive } from '../core/arguments/codecs.js'
import { checkOptions, type Accepted, type AcceptedOptions } from '../core/arguments/checkOptions.js'

/** Perceptually uniform colormaps, dark to bright. */
type Colormap = 'inferno' | 'magma' | 'viridis' | 'cividis'

const COLORMAPS: Readonly<Record<Colormap, (t: number) => string>> = {
  inferno: interpolateInferno,
  magma: interpolateMagma,
  viridis: interpolateViridis,
  cividis: interpolateCividis,
}

/** Options of `heatmapToImage`. */
export interface HeatmapToImageOptions {
  /** The value shown brightest; by default the largest of the map. Use the same for maps to compare. */
  readonly max?: number
  /** 'inferno' (default), 'magma', 'viridis' or 'cividis' (suited to colour-blind viewers). */
  readonly colormap?: 'inferno' | 'magma' | 'viridis' | 'cividis'
}

const SHADES = 256

/** The shades of a scale, [256, 3] in [0, 1]. */
const palette = (colormap: Colormap): Tensor2D => {
  const shades = Array.from({ length: SHADES }, (_, i) => rgb(COLORMAPS[colormap](i / (SHADES - 1))))
  return tf.tensor2d(shades.map(({ r, g, b }) => [r / 255, g / 255, b / 255]))
}

/**
 * Colours a heat map: float32 [batch, height, width, 1] to RGB in [0, 1], [batch, height, width, 3]; `writeImage` writes one picture at a time.
 *
 * 0 and below are darkest, `max` and above are brightest.
 *
 * @throws LossException `BadArgument` for something that is not a heat map, a `max` that is not above 0, or an unknown colormap.
 * @example await writeImage('where.png', heatmapToImage(f.heatmap(target, prediction)))
 */
export const heatmapToImage = (heat: Tensor, options: HeatmapToImageOptions = {}): Tensor4D => {
  checkArgument('The heat map', heat, aHeatmap)
  checkOptions('heatmapToImage', options, OPTIONS)
  const { max, colormap = 'inferno' } = options
  return tf.tidy(() => {
    const largest = tf.max(heat)
    const brightest = max ?? tf.where(tf.greater(largest, 0), largest, tf.onesLike(largest))
    const shade = tf.round(tf.mul(tf.clipByValue(tf.div(heat, brightest), 0, 1), SHADES - 1))
    return tf.gather<Tensor>(palette(colormap), tf.cast(tf.squeeze(shade, [3]), 'int32')) as Tensor4D
  })
}

const aHeatmap: Accepted = {
  name: 'the result of heatmap: float32 [batch, height, width, 1]',
  is: (value) => isTensor(value) && value.shape.length === 4 && value.shape[3] === 1 && value.dtype === 'float32',
}

const OPTIONS: AcceptedOptions = {
  max: positive,
  colormap: { name: `one of ${Object.keys(COLORMAPS).join(', ')}`, is: (value) => typeof value === 'string' && Object.hasOwn(COLORMAPS, value) },
}
