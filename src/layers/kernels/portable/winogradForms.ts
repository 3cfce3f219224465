/**
 * Winograd's F(m, 3): m neighbouring outputs of a filter of three taps along an axis by m + 2 products instead of 3 m.
 *
 * With the rows of `ofInputs` and `ofFilter` as weighted sums, product i is (sum i of the m + 2 inputs) x (sum i of the filter), and the outputs are the sums
 * `toOutputs` of the products.
 *
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, sections 4.1 and 4.2.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Window } from '../windows.js'

type Matrix = readonly (readonly number[])[]

/** The tables of one m. */
export interface WinogradForm {
  /** [m + 2, m + 2] */
  readonly ofInputs: Matrix
  /** [m + 2, 3] */
  readonly ofFilter: Matrix
  /** [m, m + 2] */
  readonly toOutputs: Matrix
}

/** F(2, 3): two outputs by four products. */
export const F2: WinogradForm = {
  ofInputs: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  ofFilter: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  toOutputs: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
}

/** F(4, 3): four outputs by six products, with three more bits of rounding than F(2, 3). */
export const F4: WinogradForm = {
  ofInputs: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  ofFilter: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  toOutputs: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
}

/** The smaller of the channels in and out of a convolution that these forms compute: 3 x 3 at stride 1, which keeps the size; 0 for others. */
export const winogradChannels = ({ shape: [height, width, input, output] }: Tensor4D, { stride, padding }: Window): number =>
  height === 3 && width === 3 && stride === 1 && padding === 'same' ? Math.min(input, output) : 0
