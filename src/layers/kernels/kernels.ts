/**
 * The kernels that a backend gives to the steps of a network: the interface of a backend. `kernelsInUse.ts` chooses them.
 *
 * They run inside ops that have their own gradients, with the tape off.
 */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Convolver } from './convolver.js'
import type { ComparableFields, TiesBy } from './step.js'
import type { Overlaps, PoolingWindow, Window } from './windows.js'

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
