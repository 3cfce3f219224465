/**
 * What of tfjs-node's backend runs ops and graphs of TensorFlow's C library. A tensor on it has a number, which no other tensor ever gets.
 */
import type { Tensor } from '@tensorflow/tfjs'

/** The library's numbers for types of tensors and kinds of attributes. */
type Numbers = Readonly<
  Record<
    | 'TF_FLOAT'
    | 'TF_INT32'
    | 'TF_INT64'
    | 'TF_BOOL'
    | 'TF_COMPLEX64'
    | 'TF_ATTR_STRING'
    | 'TF_ATTR_INT'
    | 'TF_ATTR_FLOAT'
    | 'TF_ATTR_BOOL'
    | 'TF_ATTR_TYPE'
    | 'TF_ATTR_SHAPE',
    number
  >
>

/** An attribute of an op, as the binding takes it. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What an op or a graph gives. */
export interface Output {
  readonly id: number
  readonly dtype: number
  readonly shape: readonly number[]
}

/** The compiled part of tfjs-node. */
export interface Binding extends Numbers {
  readonly executeOp: (op: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number) => readonly Output[]
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
  /** The numbers of tensors, which are put onto the backend where they are not. */
  getInputTensorIds: (tensors: readonly Tensor[]) => number[]
  readonly createOutputTensor: (output: Output) => Tensor
}
