/**
 * The TensorFlow C library (tfjs-node, tfjs-node-gpu): runs ops by name, for which TensorFlow.js has no function.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** The part of the backend that runs ops by name. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: AttributeKinds
  readonly executeSingleOutput: (op: string, attributes: readonly NamedAttribute[], inputs: readonly Tensor[]) => Tensor
}

/** The library's numbers for kinds of attributes and for types. */
export type AttributeKinds = Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT' | 'TF_COMPLEX64', number>>

/** An attribute of an op. */
export interface NamedAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

const native = (): NativeBackend => tf.backend() as unknown as NativeBackend

/** Whether the library computes on a GPU, without oneDNN. */
export const isOnGpu = (): boolean => native().isUsingGpuDevice

/** Whether the backend in use is the library, on the processor. */
export const isNativeProcessor = (): boolean => tf.getBackend() === 'tensorflow' && !isOnGpu()

/** Runs an op of the library, which must be the backend in use. */
export const namedOp = (op: string, attributes: (kinds: AttributeKinds) => readonly NamedAttribute[], inputs: readonly Tensor[]): Tensor => {
  const backend = native()
  return backend.executeSingleOutput(op, attributes(backend.binding), inputs)
}

/** The attribute of an op for float32. */
export const floats = ({ TF_ATTR_TYPE, TF_FLOAT }: AttributeKinds): NamedAttribute => ({ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT })
