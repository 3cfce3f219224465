import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { rgb } from 'd3-color'
import { interpolateCividis, interpolateInferno, interpolateMagma, interpolateViridis } from 'd3-scale-chromatic'
import { LossException, type LossError } from '../index.js'

/** Scales of perceptually uniform colours, dark to bright. */
type Colours = 'inferno' | 'magma' | 'viridis' | 'cividis'

const COLOURS: Readonly<Record<Colours, (t: number) => string>> = {
  inferno: interpolateInferno,
  magma: interpolateMagma,
  viridis: interpolateViridis,
  cividis: interpolateCividis,
}

/** How heat becomes colour. */
export interface HeatmapToImageOptions {
  /** The value that is shown brightest: the same for maps that are compared; the largest of the map where nothing is said. */
  readonly max?: number
  /** 'inferno' (default), 'magma', 'viridis' or 'cividis' (seen alike by colour-blind eyes). */
  readonly colours?: 'inferno' | 'magma' | 'viridis' | 'cividis'
}

const SHADES = 256

/** The shades of a scale, [256, 3] in [0, 1]. */
const palette = (colours: Colours): Tensor2D => {
  const shades = Array.from({ length: SHADES }, (_, i) => rgb(COLOURS[colours](i / (SHADES - 1))))
  return tf.tensor2d(shades.map(({ r, g, b }) => [r / 255, g / 255, b / 255]))
}

/**
 * A heat map in colours: float32 [batch, height, width, 1] to RGB in [0, 1], [batch, height, width, 3], which `writeImage` takes one at a time.
 *
 * 0 and below are darkest, `max` and above brightest.
 *
 * @throws LossException `BadArgument` for something that is not a heat map, a `max` that is not above 0, or unknown colours.
 * @example await writeImage('where.png', heatmapToImage(f.heatmap(target, prediction)))
 */
export const heatmapToImage = (heat: Tensor, { max, colours = 'inferno' }: HeatmapToImageOptions = {}): Tensor4D => {
  const problem = problemOf(heat, max, colours)
  if (problem !== undefined) throw new LossException(problem)
  return tf.tidy(() => {
    const largest = tf.max(heat)
    const brightest = max ?? tf.where(tf.greater(largest, 0), largest, tf.onesLike(largest))
    const shade = tf.round(tf.mul(tf.clipByValue(tf.div(heat, brightest), 0, 1), SHADES - 1))
    return tf.gather<Tensor>(palette(colours), tf.cast(tf.squeeze(shade, [3]), 'int32')) as Tensor4D
  })
}

const problemOf = (heat: Tensor, max: number | undefined, colours: string): LossError | undefined => {
  const bad = (name: string, came: string, expected: string): LossError => ({ _tag: 'BadArgument', name, came, expected })
  if (heat.shape.length !== 4 || heat.shape[3] !== 1 || heat.dtype !== 'float32')
    return bad('The heat map', `a ${heat.dtype} tensor [${heat.shape.join(', ')}]`, 'what heatmap gives: float32 [batch, height, width, 1]')
  if (max !== undefined && !(Number.isFinite(max) && max > 0)) return bad('max', String(max), 'a finite number above 0')
  return colours in COLOURS ? undefined : bad('colours', `'${colours}'`, `one of ${Object.keys(COLOURS).join(', ')}`)
}
