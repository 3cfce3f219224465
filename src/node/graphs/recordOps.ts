/**
 * Runs work on the native backend and records its ops, with their input and output tensors.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { NamedAttribute } from '../../core/tensors/namedOps.js'
import type { Binding, GraphBackend, Output } from './nativeBackend.js'

/** An op that was run. */
export interface RecordedOp {
  readonly op: string
  readonly attributes: readonly NamedAttribute[]
  readonly inputs: readonly number[]
  readonly outputs: readonly Output[]
}

/** A tensor that JavaScript made. */
export interface Constant {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: number
  readonly values: ArrayLike<number>
}

/** A recording. */
export interface Recording {
  readonly ops: readonly RecordedOp[]
  /** The work's constants: tensors made from JavaScript's numbers that do not outlive it, by their numbers. Weights, which stay, are not among them. */
  readonly constants: ReadonlyMap<number, Constant>
  /** TensorFlow.js' type of each input of an op, by its number. */
  readonly types: ReadonlyMap<number, string>
  /** Whether numbers were read back: later ops may depend on them. */
  readonly reads: boolean
}

/** Runs the work; returns its result and the recording. */
export const record = <A>(backend: GraphBackend, work: () => A): readonly [result: A, recording: Recording] => {
  const { binding } = backend
  const ops: RecordedOp[] = []
  const made = new Map<number, Constant>()
  const constants = new Map<number, Constant>()
  const types = new Map<number, string>()
  let reads = false
  const watched: Binding = {
    ...functionsOf(binding),
    executeOp: (op, attributes, inputs, count) => {
      const outputs = binding.executeOp(op, attributes, inputs, count)
      ops.push({ op, attributes, inputs: [...inputs], outputs })
      return outputs
    },
    createTensor: (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values)
      made.set(id, { id, shape, dtype, values })
      return id
    },
    deleteTensor: (id) => {
      const constant = made.get(id)
      if (constant !== undefined) constants.set(id, constant)
      binding.deleteTensor(id)
    },
    tensorDataSync: (id) => {
      reads = true
      return binding.tensorDataSync(id)
    },
  }
  const numbersOf = backend.getInputTensorIds
  const getInputTensorIds = (tensors: readonly Tensor[]): number[] => {
    const ids = numbersOf.call(backend, tensors)
    ids.forEach((id, i) => types.set(id, tensors[i]?.dtype ?? ''))
    return ids
  }
  Object.assign(backend, { binding: watched, getInputTensorIds })
  try {
    const result = work()
    return [result, { ops, constants, types, reads }]
  } finally {
    Object.assign(backend, { binding, getInputTensorIds: numbersOf })
  }
}

/** The binding's own properties are not enumerable, and its functions need it as their `this`. */
const functionsOf = (binding: Binding): Binding =>
  Object.fromEntries(
    Object.getOwnPropertyNames(binding).map((name) => {
      const value: unknown = binding[name as keyof Binding]
      return [name, typeof value === 'function' ? (value.bind(binding) as unknown) : value]
    }),
  ) as unknown as Binding
