/** The kernels of TensorFlow's C library, with the ops of this package where `npx perceptual-loss native` compiled them. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { isOnGpu } from '../../../core/tensors/namedOps.js'
import { hasReducedPrecision } from '../../../core/tensors/reducedPrecision.js'
import { rectifying } from '../convolver.js'
import type { Kernels } from '../kernels.js'
import { byPhases } from '../portable/byPhases.js'
import { convolveBy, convolverBy, type ConvolutionKernel } from '../portable/portableKernels.js'
import { F2, F4, winogradChannels } from '../portable/winogradForms.js'
import { padded, type EqualsMaximum, type Overlaps, type PoolingWindow, type Window } from '../windows.js'
import { byGathering } from './byGathering.js'
import { hasNativeOps } from './hasNativeOps.js'
import { l2PoolGradientOp, l2PoolOp } from './l2PoolOps.js'
import { convolutionWithBias, hasConvolutionWithBias, reluGrad } from './libraryOps.js'
import { phasesConvolver } from './phasesConvolver.js'
import { pictureConvolver } from './pictureOps.js'
import { maxPoolGradientOp, overlappingMaxGradientOp } from './poolingGradientOps.js'
import { hasSeparateAxes, separateAxes } from './separateAxes.js'
import { winogradOpConvolver, type Rounding } from './winogradOp.js'
import { winogradTiles } from './winogradTiles.js'

/** Convolution with bias, then ReLU: in TensorFlow's C library separate kernels are faster than the fused one. */
const separate: ConvolutionKernel = (x, filter, bias, window, relu) =>
  tf.tidy(() => {
    const sum = plusBias(x, filter, bias, window)
    return relu ? tf.relu(sum) : sum
  })

const plusBias = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, { stride, padding }: Window): Tensor4D => {
  // The backend rejects padding in pixels.
  const [input, filled] = typeof padding === 'number' ? ([padded(x, padding), 'valid'] as const) : ([x, padding] as const)
  if (bias !== undefined && hasConvolutionWithBias()) return convolutionWithBias(input, filter, bias, stride, filled)
  const product = tf.conv2d(input, filter, stride, filled)
  return bias === undefined ? product : tf.add(product, bias)
}

/** oneDNN takes as long for one output channel as for 16. */
const oneDnn: Kernels['convolver'] = (filter, bias, window) => {
  if (isOnGpu() || !hasSeparateAxes(filter.shape) || window.stride !== 1) return convolverBy(separate)(filter, bias, window)
  // The first convolution pads.
  const across = window.padding === 'same' ? 'same' : 0
  return rectifying(separateAxes(convolveBy(separate, window.padding), convolveBy(separate, across))(filter, bias))
}

/** oneDNN's convolutions run at the processor's speed: fewer products pay where they outweigh the passes over memory around them, which are as many for any depth. */
const tiledOneDnn: Kernels['convolver'] = (filter, bias, window) => {
  const pays = !isOnGpu() && window.smallMaps !== true && winogradChannels(filter, window) >= 128
  return pays ? rectifying(winogradTiles(filter.size > LARGE_FILTER ? F2 : F4)(filter, bias)) : oneDnn(filter, bias, window)
}

/** F(4, 3) keeps four times the filter, F(2, 3) 16 / 9 of it: from 512 x 512 channels on that is tens of megabytes a layer, for a tenth of the time. */
const LARGE_FILTER = 9 * 256 * 512

/** The library broadcasts each square's maximum, so nothing is repeated in memory. */
const byComparing: Kernels['isMaximum'] = (x, y) =>
  tf.tidy(() => {
    const [batch, height, width, channels] = y.shape
    const squares = tf.reshape(x, [batch * height, 2, width, 2, channels])
    return tf.reshape(tf.cast(tf.equal(squares, tf.reshape(y, [batch * height, 1, width, 1, channels])), 'float32'), x.shape)
  })

/** At stride 1 every phase is the whole picture: tables would copy it once per offset (126 x 126 x 64, windows of 3 x 3: 42 ms instead of 166). */
const byStride = (equals: EqualsMaximum): Overlaps => {
  const [shifts, tables] = [byPhases(equals), byGathering(equals)]
  const overlapsOf = ({ stride }: PoolingWindow): Overlaps => (stride === 1 ? shifts : tables)
  return {
    ofMaximum: (dy, x, y, window) => overlapsOf(window).ofMaximum(dy, x, y, window),
    ofSum: (dy, from, window) => overlapsOf(window).ofSum(dy, from, window),
  }
}

/** What the library has with and without our ops. */
const library: Kernels = {
  // On processors without AVX-512, its convolutions round a position by its place in memory.
  comparesFields: ['fields', 'overlapping fields'],
  convolver: oneDnn,
  reluGradient: reluGrad,
  repeated: (y) => tf.image.resizeNearestNeighbor(y, [2 * y.shape[1], 2 * y.shape[2]]),
  isMaximum: byComparing,
  l2Pooling: { value: l2PoolOp, gradient: l2PoolGradientOp },
  // `step` is six of the library's ops.
  overlaps: byStride((x, y) => tf.tidy(() => tf.cast(tf.equal(x, y), 'float32'))),
}

/**
 * Without our ops: the library's own convolutions. F(4, 3) as products of matrices before poolings would save a fifth of a step over VGG16, but the value from what changed alone
 * would then differ from that of whole pictures by 2e-6.
 */
const withoutOps: Kernels = { ...library, roundedTogether: () => 1, fastConvolver: tiledOneDnn }

/** Our op, or the library's where ours does not have the convolution. */
const byOp =
  (rounding: Rounding): Kernels['convolver'] =>
  (filter, bias, window) =>
    winogradOpConvolver(filter, bias, window, rounding) ?? phasesConvolver(filter, bias, window, rounding) ?? pictureOrOneDnn(filter, bias, window)

const pictureOrOneDnn: Kernels['convolver'] = (filter, bias, window) => pictureConvolver(filter, bias, window) ?? oneDnn(filter, bias, window)

/** The tiles of our op, for windows of 3 x 3 or 5 x 5, counted in cells at a larger stride. */
const tilesOf =
  (side: number): NonNullable<Kernels['roundedTogether']> =>
  (taps, stride) =>
    [3, 5].includes(Math.ceil(taps / stride)) ? side : 1

/** With our ops, values by F(4, 3) and F(4, 5), too: that from what changed alone differs from that of whole pictures by up to 1e-5. */
const reducedPrecision: Kernels = {
  ...library,
  roundedTogether: tilesOf(4),
  fastBefore: ['fields', 'overlapping fields'],
  convolver: pictureOrOneDnn,
  fastConvolver: byOp('more'),
  maxPoolGradient: maxPoolGradientOp,
  overlappingMaxGradient: overlappingMaxGradientOp,
}

/** With our ops, values by F(2, 3) and F(2, 5): that from what changed alone differs from that of whole pictures by less than 1e-6. */
const fullPrecision: Kernels = { ...reducedPrecision, roundedTogether: tilesOf(2), fastConvolver: byOp('little'), gradientConvolver: byOp('more') }

/** The kernels of the native backend in use. */
export const nativeKernels = (): Kernels => {
  if (!hasNativeOps()) return withoutOps
  return hasReducedPrecision() ? reducedPrecision : fullPrecision
}
