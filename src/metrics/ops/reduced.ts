/** Pictures reduced by averages of blocks until their short side has about 256 positions, as ranking metrics expect. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { averagePooled } from './averagePooled.js'
import { roundHalfToEven } from './roundHalfToEven.js'

/** How many positions a side of a block has that becomes one: 1 below 384 x 384. */
export const blockOf = ([, height = 0, width = 0]: readonly number[]): number => {
  return Math.max(1, roundHalfToEven(Math.min(height, width) / 256))
}

/** The means of blocks; what is left over at the bottom and right is dropped. */
export const reduced = (x: Tensor4D): Tensor4D => {
  const block = blockOf(x.shape)
  return block === 1 ? x : averagePooled(x, block)
}

/** The means of blocks, zeros around the picture. */
export const reducedOverZeros = (x: Tensor4D): Tensor4D => {
  const block = blockOf(x.shape)
  const [before, after] = [Math.floor((block - 1) / 2), Math.floor(block / 2)]
  return block === 1 ? x : averagePooled(tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]]), block) // prettier-ignore
}
