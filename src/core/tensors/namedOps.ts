/**
 * The TensorFlow C library (tfjs-node, tfjs-node-gpu): runs ops by their names that TensorFlow.js has no function for.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** What of the backend runs an op by its name; the numbers are the C library's own for kinds of attributes and types. */
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

/** Whether the library computes on a GPU, where oneDNN is not what computes. */
export const isOnGpu = (): boolean => native().isUsingGpuDevice

/** Whether the backend in use is the library, on the processor. */
export const isNativeProcessor = (): boolean => tf.getBackend() === 'tensorflow' && !isOnGpu()

/** Runs an op of the library, which must be the backend in use. */
export const namedOp = (op: string, attributes: (kinds: AttributeKinds) => readonly NamedAttribute[], inputs: readonly Tensor[]): Tensor => {
  const backend = native()
  return backend.executeSingleOutput(op, attributes(backend.binding), inputs)
}

/** The attribute that says that an op is one of float32. */
export const floats = ({ TF_ATTR_TYPE, TF_FLOAT }: AttributeKinds): NamedAttribute => ({ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT })
