import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { stopGradient } from '../core/tensors/engine.js'
import { recordsEverySize } from '../core/tensors/sized.js'
import { differentiable } from '../core/tensors/differentiable.js'
import { averagePooled } from './ops/averagePooled.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import {
  comparedChannels,
  comparedNumbers,
  structureCodecs,
  structureDefaults,
  structureFlops,
  structureOf,
  structureProblem,
  type StructureOptions,
} from './ssim.js'
import { structuralDistances, type Structure } from './ops/structure.js'
import { repeated } from './ops/replicated.js'
import { scaleWeights } from './ops/scaleWeights.js'
import { oneOf } from '../core/arguments/codecs.js'

/** Options of `msSsim`. */
export interface MsSsimOptions extends StructureOptions {
  /**
   * The padding of odd sides before halving: 'tensorflow' (default) repeats the last row or column; 'piq' repeats the first row and column if either side is
   * odd; 'pytorch-msssim' pads with zeros.
   */
  readonly like: 'tensorflow' | 'piq' | 'pytorch-msssim'
  /**
   * The exponents of 1 to 12 scales, fine to coarse; default [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]. Fewer scales allow smaller pictures. They are not normalized
   * (as in TensorFlow, torchmetrics and pytorch-msssim; piq divides them by their sum).
   */
  readonly weights: readonly number[]
}

/** Wang et al., 2003, section 3.2. */
const PUBLISHED: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/** The shortest side whose coarsest scale the window fits into. */
const shortest = (window: number, scales: number): number => (window - 1) * 2 ** (scales - 1) + 1

/** What is put before and after each side before halving; half of a side is rounded down. */
const MARGINS: Readonly<Record<MsSsimOptions['like'], (height: number, width: number) => { readonly before: Sides; readonly after: Sides }>> = {
  tensorflow: (height, width) => ({ before: [0, 0], after: [height % 2, width % 2] }),
  piq: (height, width) => ({ before: [Math.max(height % 2, width % 2), Math.max(height % 2, width % 2)], after: [0, 0] }),
  'pytorch-msssim': (height, width) => ({ before: [height % 2, width % 2], after: [height % 2, width % 2] }),
}
type Sides = readonly [height: number, width: number]

const halved = (x: Tensor4D, like: MsSsimOptions['like']): Tensor4D => {
  const [, height, width] = x.shape
  const { before, after } = MARGINS[like](height, width)
  if (before[0] + before[1] + after[0] + after[1] === 0 && !recordsEverySize()) return averagePooled(x, 2)
  const padded = like === 'pytorch-msssim' ? zerosAround(x, before) : repeated(repeated(x, 1, before[0], after[0]), 2, before[1], after[1])
  return averagePooled(padded, 2)
}

const zerosAround = (x: Tensor4D, [high, wide]: Sides): Tensor4D => tf.pad(x, [[0, 0], [high, high], [wide, wide], [0, 0]]) // prettier-ignore

/** Below this the slope of a root is that of a line: it has none at 0. */
const STEEPEST = 1e-6

/** Below this distance four terms of the binomial series of 1 - (1 - d)^exponent are it to 1e-6, and to all digits near 0. */
const NEAR = 0.03

const series = (d: Tensor, exponents: Tensor): Tensor => {
  const nested = [3, 2, 1].reduce<Tensor>((sum, n) => tf.add(tf.mul(tf.mul(sum, d), tf.div(tf.sub(n, exponents), n + 1)), 1), tf.onesLike(d))
  return tf.mul(tf.mul(nested, d), exponents)
}

/**
 * 1 - max(c, 0)^exponent, from distances 1 - c and their c, one before the other, for all scales at once: [scales, 2, batch, channels] to [scales, batch, channels].
 *
 * Its slope is 0 where c is 0 or less, and no steeper than at c = 1e-6.
 */
const powerDistances = (distances: Tensor, weights: readonly number[]): Tensor3D =>
  differentiable<Tensor3D>(distances, (input, save) => {
    save([input])
    const exponents = tf.tensor3d([...weights], [weights.length, 1, 1])
    const [distance, alike] = tf.unstack(input, 1) as [Tensor3D, Tensor3D]
    const far = tf.sub<Tensor3D>(1, tf.pow(tf.relu(alike), exponents))
    return {
      value: tf.where<Tensor3D>(tf.less(distance, NEAR), series(distance, exponents) as Tensor3D, far),
      gradient: (dy, [saved = input]) => {
        const powers = tf.tensor3d([...weights], [weights.length, 1, 1])
        const [, c] = tf.unstack(saved, 1) as [Tensor, Tensor]
        const slope = tf.mul(tf.pow(tf.maximum(c, STEEPEST), tf.sub(powers, 1)), powers)
        const isPositive = stopGradient(() => tf.cast(tf.greater(c, 0), 'float32'))
        const inDistance = tf.mul(dy, tf.mul(slope, isPositive))
        return tf.stack([inDistance, tf.zerosLike(inDistance)], 1)
      },
    }
  })

const sizeReason = (window: number, scales: number): string =>
  scales === 1
    ? `for a window of ${String(window)}`
    : `for a window of ${String(window)} at scale ${String(scales)} of ${String(scales)}; fewer \`weights\` allow smaller pictures`

/**
 * 1 - MS-SSIM, multi-scale structural similarity: contrast and structure at five scales (or as many as `weights`), each half the size of the one before, and luminance at the coarsest.
 *
 * Per channel, MS-SSIM = SSIM_5^.1333 times the product of c_j^w_j over the four finer scales, c the mean of contrast-structure over the scale's windows, SSIM_5 that of
 * SSIM; a negative mean counts as 0 (its power is no number). Then the mean over channels.
 *
 * Value: [0, 1], zero on identity, symmetric. Any feature [batch, height, width, channels] with sides of at least 2^(scales - 1) (window - 1) + 1,
 * which is 161 for five scales and 21 for two; the constants are made for values in [0, 1].
 *
 * Source: Wang, Simoncelli and Bovik, "Multiscale Structural Similarity for Image Quality Assessment", 2003; `tf.image.ssim_multiscale`, `piq.multi_scale_ssim` and
 * `pytorch_msssim.ms_ssim`, which differ in `like`; with `weights`, their `power_factors`, `scale_weights` and `weights`.
 *
 * @example msSsim(pixels)
 */
export const msSsim: Metric<MsSsimOptions> = defineMetric({
  id: 'msSsim',
  options: t.strict({ ...structureCodecs, like: oneOf('tensorflow', 'piq', 'pytorch-msssim'), weights: scaleWeights }),
  defaults: { ...structureDefaults, like: 'tensorflow', weights: PUBLISHED },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts:
    ({ window, channels, weights }) =>
    (feature) =>
      structureProblem(feature, channels, shortest(window, weights.length), sizeReason(window, weights.length)),
  flops:
    ({ window, channels, weights }) =>
    (feature) =>
      weights.reduce((sum, _, scale) => sum + structureFlops(window, comparedNumbers(feature, channels) / 4 ** scale), 0),
  tiling: () => ({ refused: 'multiplies means over the whole picture at several scales' }),
  apply:
    ({ channels, like, weights, ...others }) =>
    (reference, prediction) => {
      const structure = structureOf({ channels, ...others })
      const contrast: Structure = { ...structure, c1: undefined }
      let [x, y] = [reference, prediction].map((feature) => comparedChannels(feature as Tensor4D, channels)) as [Tensor4D, Tensor4D]
      const distances = weights.map((_, scale) => {
        if (scale > 0) [x, y] = [halved(x, like), halved(y, like)]
        return structuralDistances(x, y, scale === weights.length - 1 ? structure : contrast)
      })
      // 1 less the product of 1 - d over the scales, without the subtraction.
      const stacked = powerDistances(tf.stack(distances), weights)
      // TensorFlow.js has no gradient of an unstack into one.
      const each = weights.length === 1 ? [tf.squeeze(stacked, [0])] : tf.unstack(stacked)
      return perSampleMean(each.reduce((total, d) => tf.sub(tf.add(total, d), tf.mul(total, d))))
    },
})
