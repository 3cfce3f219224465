/**
 * A file of named tensors in any format. Names and shapes are known; numbers are read on demand.
 */

/** How numbers are stored. */
export type StoredType = 'F32' | 'F16' | 'BF16'

/** One tensor of a file; `values` decodes it at each call, and throws if the file is damaged. */
export interface StoredTensor {
  readonly type: StoredType
  readonly shape: readonly number[]
  readonly values: () => Float32Array
}

/** What wrote a file. */
export type Writer = 'safetensors' | 'PyTorch' | 'Keras'

/** A file's tensors, by the names that its writer gave them, and what it says of itself. */
export interface TensorFile {
  readonly writer: Writer
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
  /** Frees what reading holds; values cannot be read afterwards. */
  readonly release?: () => void
}

/** Bytes of one number. */
export const BYTES: Readonly<Record<StoredType, number>> = { F32: 4, F16: 2, BF16: 2 }
