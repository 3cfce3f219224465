import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { blur, gaussianWindow } from '../../core/tensors/gaussianWindow.js'

/** Three standard deviations to each side: the rest weighs 0.3 %. */
export const blurReach = (sigma: number): number => Math.ceil(3 * sigma)

const windowOf = (sigma: number): readonly number[] => gaussianWindow(2 * blurReach(sigma) + 1, sigma)

/** Gaussian-weighted means at every position; positions outside have the values of the edge. */
export const gaussianBlur = (x: Tensor4D, sigma: number): Tensor4D => {
  const window = windowOf(sigma)
  const margin = (window.length - 1) / 2
  return blur(extended(extended(x, 1, margin), 2, margin), window)
}

/** So many copies of the first and of the last position along an axis, before and after. */
const extended = (x: Tensor4D, axis: 1 | 2, margin: number): Tensor4D => {
  const copies = (at: number): Tensor4D => {
    const [begin, size, times] = [[0, 0, 0, 0], [...x.shape], [1, 1, 1, 1]]
    begin[axis] = at
    size[axis] = 1
    times[axis] = margin
    return tf.tile<Tensor4D>(tf.slice(x, begin, size), times)
  }
  return tf.concat([copies(0), x, copies(x.shape[axis] - 1)], axis)
}

/** A multiplication and an addition for each number of the window, along two axes. */
export const blurFlops = (sigma: number, numbers: number): number => 4 * windowOf(sigma).length * numbers

/** Why a feature has no positions to blur, or undefined. */
export const positionsProblem = (feature: readonly number[]): string | undefined =>
  feature.length === 4 ? undefined : 'it needs height and width: [batch, height, width, channels]'
