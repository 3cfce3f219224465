/**
 * The kernels of the network's ops, chosen by the capabilities of the backend; all special paths are chosen only here.
 *
 * They run inside ops that have their own gradients, with the tape off.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { byGathering } from './byGathering.js'
import { byPhases } from './byPhases.js'
import type { Convolver } from './convolver.js'
import { isOneDimensional, separateAxes } from './separateAxes.js'
import { isOnGpu } from '../../core/tensors/namedOps.js'
import { convolutionWithBias, hasConvolutionWithBias, reluGrad } from './nativeOps.js'
import type { EqualsMaximum, Overlaps, Padding, PoolingWindow, Window } from './windows.js'
import { winograd, type Convolve, type Convolved } from './winograd.js'
import { F2, F4 } from './winogradForms.js'
import { winogradTiles } from './winogradTiles.js'
import type { ComparableFields, TiesBy } from './step.js'
import { simdConvolver } from './simd/simdConvolver.js'
import { simdMaxPoolGradient, simdOverlappingMaxGradient, simdReluGradient } from './simd/simdGradients.js'
import { simdL2Pool, simdL2PoolGradient } from './simd/simdL2Pool.js'
import { simdMaxPool } from './simd/simdMaxPool.js'
import { networkKernels, type NetworkKernels } from './simd/networkKernels.js'
import { hasReducedPrecision } from '../../core/tensors/reducedPrecision.js'
import { hasNativeOps } from './native/hasNativeOps.js'
import { l2PoolGradientOp, l2PoolOp } from './native/l2PoolOps.js'
import { pictureConvolver } from './native/pictureOps.js'
import { maxPoolGradientOp, overlappingMaxGradientOp } from './native/poolingGradientOps.js'
import { winogradOpConvolver, type Rounding } from './native/winogradOp.js'
import { runKernel } from '../../core/tensors/engine.js'

/** The kernels of one kind of backend. */
export interface Kernels {
  /** Puts a filter [height, width, in, out] and a bias [out] onto the backend: what it needs of them is copied. */
  readonly convolver: (filter: Tensor4D, bias: Tensor1D | undefined, window: Window) => Convolver
  /** A faster one, where there is one, for which equal neighbourhoods need not give equal values. */
  readonly fastConvolver?: Kernels['convolver']
  /** A faster one still for gradients, where rounding moves no ReLU and no maximum. */
  readonly gradientConvolver?: Kernels['convolver']
  /** How max pooling finds ties other than by values: convolutions before it may round equal neighbourhoods differently. */
  readonly comparesFields?: readonly TiesBy[]
  /** Before which of these the faster convolution runs, too. */
  readonly fastBefore?: readonly TiesBy[]
  /** The gradient through a ReLU whose output was `y`. */
  readonly reluGradient: (dy: Tensor4D, y: Tensor4D) => Tensor4D
  /** Each value four times, as a 2 x 2 square. */
  readonly repeated: (y: Tensor4D) => Tensor4D
  /** 1 where a value is that of its 2 x 2 square in `y`, and 0 elsewhere; no value of x is above it. */
  readonly isMaximum: (x: Tensor4D, y: Tensor4D) => Tensor4D
  /** The maximum of each window, if the backend has a kernel of ours for it; undefined for channels that it does not take. */
  readonly maxPool?: (x: Tensor4D, window: PoolingWindow) => Tensor4D | undefined
  /**
   * The gradient of max pooling 2 x 2 at stride 2, in equal shares among ties, if the backend has a kernel for it; undefined for channels that it does not take. It finds ties by receptive fields where they are given
   * (`fields.h`), so that convolutions before it may round equal neighbourhoods differently.
   */
  readonly maxPoolGradient?: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, seen: ComparableFields | undefined) => Tensor4D | undefined
  /** The same over other windows, which may overlap, if the backend has a kernel for it; undefined for windows or channels that it does not take. */
  readonly overlappingMaxGradient?: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, window: PoolingWindow, seen: ComparableFields | undefined) => Tensor4D | undefined
  /** L2 pooling, and its gradient from x and its value y, if the backend has kernels for them; undefined for channels that they do not take. */
  readonly l2Pooling?: {
    readonly value: (x: Tensor4D) => Tensor4D | undefined
    readonly gradient: (dy: Tensor4D, x: Tensor4D, y: Tensor4D) => Tensor4D | undefined
  }
  /** The gradients of pooling whose windows overlap. */
  readonly overlaps: Overlaps
  /** How many neighbours along a side a convolution at stride 1 rounds together; otherwise 4 for 3 x 3 and 2 for 5 x 5, Winograd's F(4, 3) and F(2, 5). */
  readonly roundedTogether?: number
}

/** Pads each picture with zeros by this many pixels on each side. */
export const padded = (x: Tensor4D, pixels: number): Tensor4D => {
  const around: [number, number] = [pixels, pixels]
  return pixels === 0 ? x : tf.pad(x, [[0, 0], around, around, [0, 0]])
}

type Run = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, window: Window, relu: boolean) => Tensor4D

/** One kernel for convolution, bias and ReLU (WASM, WebGL, WebGPU, cpu); `tf.fused.conv2d` would take it apart again under a gradient. */
const fused: Run = (x, filter, bias, { stride, padding }, relu) =>
  runKernel(
    'FusedConv2D',
    { x, filter, ...(bias === undefined ? {} : { bias }) },
    {
      strides: [stride, stride],
      pad: padding,
      dataFormat: 'NHWC',
      dilations: [1, 1],
      dimRoundingMode: null,
      activation: relu ? 'relu' : 'linear',
      leakyreluAlpha: 0,
    },
  ) as Tensor4D

/** Separate kernels: in TensorFlow's C library they are faster than the fused one. Its oneDNN op with bias is run by name. */
const separate: Run = (x, filter, bias, window, relu) =>
  tf.tidy(() => {
    const sum = plusBias(x, filter, bias, window)
    return relu ? tf.relu(sum) : sum
  })

const plusBias = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, { stride, padding }: Window): Tensor4D => {
  // The backend refuses a padding in pixels.
  const [input, filled] = typeof padding === 'number' ? ([padded(x, padding), 'valid'] as const) : ([x, padding] as const)
  if (bias !== undefined && hasConvolutionWithBias()) return convolutionWithBias(input, filter, bias, stride, filled)
  const product = tf.conv2d(input, filter, stride, filled)
  return bias === undefined ? product : tf.add(product, bias)
}

const plainly =
  (convolve: Run): Kernels['convolver'] =>
  (filter, bias, window) => {
    const ours = tf.keep(tf.clone(filter))
    const addend = bias === undefined ? undefined : tf.keep(tf.clone(bias))
    return {
      run: (x, relu) => convolve(x, ours, addend, window, relu),
      dispose: () => {
        tf.dispose([ours, addend ?? []])
      },
    }
  }

/** The channels, in and out, of a filter that Winograd's forms are made for. */
const fewestChannels = ({ shape: [height, width, input, output] }: Tensor4D, { stride, padding }: Window): number =>
  height === 3 && width === 3 && stride === 1 && padding === 'same' ? Math.min(input, output) : 0

/** One thread without fused multiply-adds takes the time of its products. With few channels the sums around them take more. */
const tiled: Kernels['convolver'] = (filter, bias, window) =>
  fewestChannels(filter, window) >= 16 ? rectifying(winograd(madeOf(fused))(filter, bias)) : plainly(fused)(filter, bias, window)

/** With an optional ReLU. */
const rectifying = ({ run, dispose }: Convolved): Convolver => ({ run: (x, relu) => (relu ? tf.tidy(() => tf.relu(run(x))) : run(x)), dispose })

/** The convolutions that another one is made of. */
const madeOf =
  (convolve: Run, padding: Padding = 'same'): Convolve =>
  (filter, bias) => {
    const { run, dispose } = plainly(convolve)(filter, bias, { stride: 1, padding })
    return { run: (x) => run(x, false), dispose }
  }

/** oneDNN takes as long for one output channel as for 16. */
const oneDnn: Kernels['convolver'] = (filter, bias, window) => {
  if (isOnGpu() || !isOneDimensional(filter.shape) || window.stride !== 1) return plainly(separate)(filter, bias, window)
  // Zeros around the picture are put there once.
  const across = window.padding === 'same' ? 'same' : 0
  return rectifying(separateAxes(madeOf(separate, window.padding), madeOf(separate, across))(filter, bias))
}

/** oneDNN's convolutions run at the processor's speed: fewer products pay where they outweigh the passes over memory around them, which are as many for any depth. */
const tiledOneDnn: Kernels['convolver'] = (filter, bias, window) => {
  const pays = !isOnGpu() && window.smallMaps !== true && fewestChannels(filter, window) >= 128
  return pays ? rectifying(winogradTiles(filter.size > LARGE_FILTER ? F2 : F4)(filter, bias)) : oneDnn(filter, bias, window)
}

/** F(4, 3) keeps four times the filter, F(2, 3) 16 / 9 of it: from 512 x 512 channels on that is tens of megabytes a layer, for a tenth of the time. */
const LARGE_FILTER = 9 * 256 * 512

const masked: Kernels['reluGradient'] = (dy, y) => tf.tidy(() => tf.mul(dy, tf.step(y)))

/** By copies of whole rows: on WASM a fifth of the time of resizeNearestNeighbor. */
const byRows: Kernels['repeated'] = (y) =>
  tf.tidy(() => {
    const [batch, height, width, channels] = y.shape
    const row = tf.reshape(tf.stack([y, y], 3), [batch, height, 2 * width * channels])
    return tf.reshape(tf.stack([row, row], 2), [batch, 2 * height, 2 * width, channels])
  })

const byDifference = <T extends tf.Tensor>(x: T, y: T): T =>
  tf.tidy(() => {
    const below = tf.tidy(() => tf.step(tf.sub(y, x)))
    return tf.sub<T>(1, below)
  })

const byRepeating: Kernels['isMaximum'] = (x, y) => tf.tidy(() => byDifference(x, byRows(y)))

/** The library compares a square with its one value itself: nothing is repeated in memory. */
const byComparing: Kernels['isMaximum'] = (x, y) =>
  tf.tidy(() => {
    const [batch, height, width, channels] = y.shape
    const squares = tf.reshape(x, [batch * height, 2, width, 2, channels])
    return tf.reshape(tf.cast(tf.equal(squares, tf.reshape(y, [batch * height, 1, width, 1, channels])), 'float32'), x.shape)
  })

const portable: Kernels = { convolver: plainly(fused), reluGradient: masked, repeated: byRows, isMaximum: byRepeating, overlaps: byPhases(byDifference) }
const wasm: Kernels = { ...portable, fastConvolver: tiled }

/** The WASM backend with our own module. */
const simd = (module: NetworkKernels): Kernels => ({
  ...wasm,
  comparesFields: ['fields', 'overlapping fields'],
  fastBefore: ['fields', 'overlapping fields'],
  convolver: (filter, bias, window) => simdConvolver(module, filter, bias, window, true) ?? plainly(fused)(filter, bias, window),
  fastConvolver: (filter, bias, window) => simdConvolver(module, filter, bias, window, false) ?? tiled(filter, bias, window),
  reluGradient: (dy, y) => simdReluGradient(module, dy, y),
  maxPool: (x, window) => simdMaxPool(module, x, window),
  maxPoolGradient: (dy, x, y, seen) => simdMaxPoolGradient(module, dy, x, y, seen),
  overlappingMaxGradient: (dy, x, y, window, seen) => simdOverlappingMaxGradient(module, dy, x, y, window, seen),
  l2Pooling: {
    value: (x) => (fillsVectors(x) ? simdL2Pool(module, x) : undefined),
    gradient: (dy, x, y) => (fillsVectors(x) ? simdL2PoolGradient(module, dy, x, y) : undefined),
  },
})

/** Whether channels fill vectors of four. */
const fillsVectors = ({ shape }: Tensor4D): boolean => shape[3] % 4 === 0

const simdKernels = new WeakMap<NetworkKernels, Kernels>()

const ofWasm = (): Kernels => {
  const module = networkKernels()
  if (module === undefined) return wasm
  const known = simdKernels.get(module) ?? simd(module)
  simdKernels.set(module, known)
  return known
}

/** At stride 1 every phase is the whole picture: tables would copy it once per offset (126 x 126 x 64, windows of 3 x 3: 42 ms in place of 166). */
const byStride = (reaches: EqualsMaximum): Overlaps => {
  const [shifts, tables] = [byPhases(reaches), byGathering(reaches)]
  const overlapsOf = ({ stride }: PoolingWindow): Overlaps => (stride === 1 ? shifts : tables)
  return {
    ofMaximum: (dy, x, y, window) => overlapsOf(window).ofMaximum(dy, x, y, window),
    ofSum: (dy, from, window) => overlapsOf(window).ofSum(dy, from, window),
  }
}

/** TensorFlow's library. */
const ofLibrary: Kernels = {
  // Its own convolutions round by where a position lies in memory, on processors without AVX-512.
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
 * The library, with its own convolutions: F(4, 3) as products of matrices before poolings would save a fifth of a step over VGG16, but make the value of what changed alone
 * differ from that of whole pictures by 2e-6.
 */
const native: Kernels = { ...ofLibrary, roundedTogether: 1, fastConvolver: tiledOneDnn }

/** Our own ops, where they have the convolution. */
const byOp =
  (rounding: Rounding): Kernels['convolver'] =>
  (filter, bias, window) =>
    winogradOpConvolver(filter, bias, window, rounding) ?? ofPictures(filter, bias, window)

const ofPictures: Kernels['convolver'] = (filter, bias, window) => pictureConvolver(filter, bias, window) ?? oneDnn(filter, bias, window)

/** The library, with our own ops: F(4, 3) for values, too. That of what changed alone differs from that of whole pictures by up to 2e-6. */
const nativeReduced: Kernels = {
  ...ofLibrary,
  fastBefore: ['fields', 'overlapping fields'],
  convolver: ofPictures,
  fastConvolver: byOp('more'),
  maxPoolGradient: maxPoolGradientOp,
  overlappingMaxGradient: overlappingMaxGradientOp,
}

/** The same with values by F(2, 3): that of what changed alone differs from that of whole pictures by less than 1e-6. */
const nativeWithOp: Kernels = { ...nativeReduced, roundedTogether: 2, fastConvolver: byOp('little'), gradientConvolver: byOp('more') }

const ofNative = (): Kernels => {
  if (!hasNativeOps()) return native
  return hasReducedPrecision() ? nativeReduced : nativeWithOp
}

const SPECIAL: ReadonlyMap<string, () => Kernels> = new Map([
  ['wasm', ofWasm],
  ['tensorflow', ofNative],
])

/** The kernels for the backend in use. */
export const kernels = (): Kernels => SPECIAL.get(tf.getBackend())?.() ?? portable
