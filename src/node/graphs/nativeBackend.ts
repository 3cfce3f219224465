/**
 * The part of tfjs-node's backend that runs ops and graphs of TensorFlow's C library. Each tensor on it has a number of its own, which is never reused.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { AttributeKinds, NamedAttribute } from '../../core/tensors/namedOps.js'

/** The library's numbers for more types of tensors and kinds of attributes. */
type MoreKinds = Readonly<Record<'TF_INT32' | 'TF_INT64' | 'TF_BOOL' | 'TF_ATTR_FLOAT' | 'TF_ATTR_SHAPE', number>>

/** An output of an op or a graph. */
export interface Output {
  readonly id: number
  readonly dtype: number
  readonly shape: readonly number[]
}

/** The compiled part of tfjs-node. */
export interface Binding extends AttributeKinds, MoreKinds {
  readonly executeOp: (op: string, attributes: readonly NamedAttribute[], inputs: readonly number[], outputs: number) => readonly Output[]
  readonly createTensor: (shape: readonly number[], dtype: number, values: ArrayLike<number>) => number
  readonly deleteTensor: (id: number) => void
  readonly tensorDataSync: (id: number) => ArrayLike<number>
  readonly loadSavedModel: (folder: string, tags: string) => number
  readonly deleteSavedModel: (id: number) => void
  readonly runSavedModel: (id: number, inputs: readonly number[], inputNames: string, outputNames: string) => readonly Output[]
}

/** tfjs-node's backend. */
export interface GraphBackend {
  binding: Binding
  readonly isUsingGpuDevice: boolean
  /** The numbers of tensors, which are uploaded to the backend if needed. */
  getInputTensorIds: (tensors: readonly Tensor[]) => number[]
  readonly createOutputTensor: (output: Output) => Tensor
}
