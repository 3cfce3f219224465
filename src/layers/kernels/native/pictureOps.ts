/**
 * The convolution of a picture at any stride, and the one to a picture that keeps the size, its gradient, in ops of this package (c/pictures.c).
 *
 * Laws: equal the plain convolution but for rounding (1e-6 of the norm). Equal neighbourhoods give equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { namedOp } from '../../../core/tensors/namedOps.js'
import type { Convolver } from '../convolver.js'
import type { Window } from '../windows.js'

/** Channels out of a picture, and into one, are multiples of these, with the longest vectors. */
const [OUTPUTS, INPUTS] = [32, 16]

/** The ops' convolution with a filter; undefined where they have none. */
export const pictureConvolver = (filter: Tensor4D, bias: Tensor1D | undefined, { stride, padding }: Window): Convolver | undefined => {
  const [taps, width, input, output] = filter.shape
  const before = padding === 'same' ? (taps - 1) / 2 : padding
  if (width !== taps || (padding === 'same' && (stride !== 1 || taps % 2 === 0))) return undefined
  if (input === 3 && output % OUTPUTS === 0) return firstLayer(filter, bias, stride, before)
  if (output === 3 && taps === 3 && stride === 1 && before === 1 && input % INPUTS === 0 && bias === undefined) return toThreeChannels(filter)
  return undefined
}

const firstLayer = (filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): Convolver => {
  const weights = tf.keep(tf.clone(filter))
  const addend = tf.keep(bias === undefined ? tf.zeros<tf.Rank.R1>([filter.shape[3]]) : tf.clone(bias))
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
  const convolved = (x: Tensor4D): Tensor4D => namedOp('PerceptualLossToThreeChannels', () => [], [x, weights]) as Tensor4D
  return { run: (x, relu) => (relu ? tf.tidy(() => tf.relu(convolved(x))) : convolved(x)), dispose: disposing([weights]) }
}

const disposing = (tensors: Tensor[]) => (): void => {
  tf.dispose(tensors)
}

/** Pictures of sides that no part fits. */
export const pictureOpsWork = (numbers: (seed: number, shape: [number, number, number, number]) => Tensor4D): boolean => {
  const bias = tf.tensor1d(Array.from({ length: OUTPUTS }, (_, i) => Math.cos(i)))
  const agrees = (from: number, to: number, taps: number, window: { readonly stride: number; readonly padding: number }): boolean => {
    const [x, filter] = [numbers(1, [1, 15, 14, from]), numbers(2, [taps, taps, from, to])]
    const addend = to === 3 ? undefined : bias
    const convolver = pictureConvolver(filter, addend, window)
    if (convolver === undefined) return false
    const around: [number, number] = [window.padding, window.padding]
    const plain = tf.add(tf.conv2d(tf.pad(x, [[0, 0], around, around, [0, 0]]), filter, window.stride, 'valid'), addend ?? 0)
    const [difference = Infinity] = tf.max(tf.abs(tf.sub(convolver.run(x, false), plain))).dataSync()
    convolver.dispose()
    return difference <= 1e-4
  }
  return (
    agrees(3, OUTPUTS, 3, { stride: 1, padding: 1 }) && agrees(3, OUTPUTS, 11, { stride: 4, padding: 2 }) && agrees(INPUTS, 3, 3, { stride: 1, padding: 1 })
  )
}
