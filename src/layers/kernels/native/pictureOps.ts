/**
 * The convolution of a picture at any stride, and its gradient at 3 x 3, by ops of this package (c/pictures.c).
 *
 * Laws: equal the plain convolution except for rounding (1e-6 of the norm). Equal neighbourhoods give equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { LANES } from '../../../core/tensors/native/nativeVectors.js'
import { areClose, trialNumbers } from '../../../core/tensors/native/trial.js'
import { namedOp } from '../../../core/tensors/namedOps.js'
import { disposing, keptBias, withOptionalRelu, type Convolver } from '../convolver.js'
import { padded, symmetricPadding, type Window } from '../windows.js'
import { PANEL } from './panelSize.js'

/** The ops' convolution with a filter; undefined if they do not have it. */
export const pictureConvolver = (filter: Tensor4D, bias: Tensor1D | undefined, window: Window): Convolver | undefined => {
  const { stride } = window
  const [taps, width, input, output] = filter.shape
  const before = symmetricPadding(window, taps)
  if (width !== taps || before === undefined) return undefined
  if (input === 3 && output % PANEL === 0) return firstLayer(filter, bias, stride, before)
  if (output === 3 && taps === 3 && stride === 1 && before === 1 && input % LANES === 0 && bias === undefined) return toThreeChannels(filter)
  return undefined
}

const firstLayer = (filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): Convolver => {
  const weights = tf.keep(tf.clone(filter))
  const addend = keptBias(bias, filter.shape[3])
  const run = (x: Tensor4D, relu: boolean): Tensor4D =>
    namedOp(
      'PerceptualLossFirstLayer',
      ({ TF_ATTR_BOOL, TF_ATTR_INT }) => [
        { name: 'stride', type: TF_ATTR_INT, value: stride },
        { name: 'before', type: TF_ATTR_INT, value: before },
        { name: 'relu', type: TF_ATTR_BOOL, value: relu },
      ],
      [x, weights, addend],
    ) as Tensor4D
  return { run, dispose: disposing([weights, addend]) }
}

const toThreeChannels = (filter: Tensor4D): Convolver => {
  const weights = tf.keep(tf.clone(filter))
  const run = (x: Tensor4D): Tensor4D => namedOp('PerceptualLossToThreeChannels', () => [], [x, weights]) as Tensor4D
  return { run: withOptionalRelu(run), dispose: disposing([weights]) }
}

/** Whether the ops agree with TensorFlow's own, on sides that no part divides. */
export const pictureOpsWork = (): boolean => {
  const bias = tf.tensor1d(Array.from({ length: PANEL }, (_, i) => Math.cos(i)))
  const agrees = (from: number, to: number, taps: number, window: { readonly stride: number; readonly padding: number }): boolean => {
    const [x, filter] = [trialNumbers(1, [1, 15, 14, from]), trialNumbers(2, [taps, taps, from, to])]
    const addend = to === 3 ? undefined : bias
    const convolver = pictureConvolver(filter, addend, window)
    if (convolver === undefined) return false
    const plain = tf.add(tf.conv2d(padded(x, window.padding), filter, window.stride, 'valid'), addend ?? 0)
    const agree = areClose(convolver.run(x, false), plain, 1e-4)
    convolver.dispose()
    return agree
  }
  return agrees(3, PANEL, 3, { stride: 1, padding: 1 }) && agrees(3, PANEL, 11, { stride: 4, padding: 2 }) && agrees(LANES, 3, 3, { stride: 1, padding: 1 })
}
