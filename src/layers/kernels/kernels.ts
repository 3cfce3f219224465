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
  /** Puts a filter [height, width, in, out] and a bias [out] onto the backend as copies. */
  readonly convolver: (filter: Tensor4D, bias: Tensor1D | undefined, window: Window) => Convolver
  /** A faster one, for which equal neighbourhoods need not give equal values. */
  readonly fastConvolver?: Kernels['convolver']
  /** A still faster one for gradients, in which rounding switches no ReLU and no maximum. */
  readonly gradientConvolver?: Kernels['convolver']
  /** The ways of finding ties (`TiesBy`) for which this backend compares receptive fields. */
  readonly comparesFields?: readonly TiesBy[]
  /** Those of them before which the faster convolution runs, too. */
  readonly fastBefore?: readonly TiesBy[]
  /** The gradient through a ReLU whose output was `y`. */
  readonly reluGradient: (dy: Tensor4D, y: Tensor4D) => Tensor4D
  /** Each value four times, as a 2 x 2 square. */
  readonly repeated: (y: Tensor4D) => Tensor4D
  /** 1 where a value of x equals the maximum of its 2 x 2 square in `y`, and 0 elsewhere. */
  readonly isMaximum: (x: Tensor4D, y: Tensor4D) => Tensor4D
  /** The maximum of each window by a kernel of ours; undefined for channels that it does not take. */
  readonly maxPool?: (x: Tensor4D, window: PoolingWindow) => Tensor4D | undefined
  /**
   * The gradient of max pooling 2 x 2 at stride 2, shared equally among ties, by a kernel of ours; undefined for channels that it does not take. It finds ties by `receptiveFields`
   * (`fields.h`), or by values without them.
   */
  readonly maxPoolGradient?: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, receptiveFields: ComparableFields | undefined) => Tensor4D | undefined
  /** The same over other windows, which may overlap; undefined for windows or channels that the kernel does not take. */
  readonly overlappingMaxGradient?: (
    dy: Tensor4D,
    x: Tensor4D,
    y: Tensor4D,
    window: PoolingWindow,
    receptiveFields: ComparableFields | undefined,
  ) => Tensor4D | undefined
  /** L2 pooling, and its gradient from x and its value y, by kernels of ours; undefined for channels that they do not take. */
  readonly l2Pooling?: {
    readonly value: (x: Tensor4D) => Tensor4D | undefined
    readonly gradient: (dy: Tensor4D, x: Tensor4D, y: Tensor4D) => Tensor4D | undefined
  }
  /** The gradients of pooling whose windows overlap, without a kernel of ours. */
  readonly overlaps: Overlaps
  /** The side of the tiles of outputs that a convolution of taps x taps rounds together; by default 4 for 3 x 3 and 2 for 5 x 5 at stride 1, as by Winograd's F(4, 3) and F(2, 5). */
  readonly roundedTogether?: (taps: number, stride: number) => number
}
