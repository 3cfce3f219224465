/**
 * The convolution of a picture at a larger stride by Winograd's forms: the numbers of each cell of `stride` x `stride` pixels become channels (c/phases.c), which are convolved at stride 1
 * (c/convolution.c).
 *
 * AlexNet's first layer, 11 x 11 at stride 4, is 3 x 3 over cells of 48 channels: at 256 x 256 0.55 ms by F(2, 3) and 0.4 by F(4, 3), instead of 1.2.
 *
 * Laws: those of `winogradOpConvolver`.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { areClose, triedOnce, trialNumbers } from '../../../core/tensors/native/trial.js'
import { namedOp } from '../../../core/tensors/namedOps.js'
import type { Convolver } from '../convolver.js'
import type { Window } from '../windows.js'
import { winogradOpConvolver, type Rounding } from './winogradOp.js'

/** The ops' convolution with a filter; undefined if they do not have it. */
export const phasesConvolver = (filter: Tensor4D, bias: Tensor1D | undefined, { stride, padding }: Window, rounding: Rounding): Convolver | undefined => {
  const [taps, width] = filter.shape
  if (stride === 1 || padding === 'same' || width !== taps || !hasPhases()) return undefined
  const cells = tf.tidy(() => ofCells(filter, stride))
  const convolver = winogradOpConvolver(cells, bias, { stride: 1, padding: 0 }, rounding)
  cells.dispose()
  return convolver && { ...convolver, run: (x, relu) => tf.tidy(() => convolver.run(cellsOf(x, taps, stride, padding), relu)) }
}

/** The filter over cells of a filter [taps, taps, in, out], padded with zeros at its end. */
const ofCells = (filter: Tensor4D, stride: number): Tensor4D => {
  const [taps, , input, output] = filter.shape
  const cells = Math.ceil(taps / stride)
  const behind: [number, number] = [0, cells * stride - taps]
  const byCell = tf.reshape(tf.pad(filter, [behind, behind, [0, 0], [0, 0]]), [cells, stride, cells, stride, input, output])
  return tf.reshape(tf.transpose(byCell, [0, 2, 1, 3, 4, 5]), [cells, cells, stride * stride * input, output])
}

/** The cells under all windows of taps x taps at this stride. */
const cellsOf = (x: Tensor4D, taps: number, stride: number, before: number): Tensor4D =>
  namedOp(
    'PerceptualLossPhases',
    ({ TF_ATTR_INT }) => [
      { name: 'stride', type: TF_ATTR_INT, value: stride },
      { name: 'before', type: TF_ATTR_INT, value: before },
      { name: 'taps', type: TF_ATTR_INT, value: taps },
    ],
    [x],
  ) as Tensor4D

/** Whether the backend in use has the op and it agrees with TensorFlow's own, on pictures that end inside the last cells, and beyond them. */
const hasPhases = triedOnce(() =>
  [13, 15].every((side) => {
    const x = trialNumbers(side, [2, side, side + 1, 3])
    const filter = trialNumbers(1, [5, 5, 3, 1])
    const plain = tf.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), filter, 3, 'valid') // prettier-ignore
    return areClose(tf.conv2d(cellsOf(x, 5, 3, 1), ofCells(filter, 3), 1, 'valid'), plain, 1e-4)
  }),
)
