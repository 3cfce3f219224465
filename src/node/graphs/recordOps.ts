/**
 * Runs work on the native backend and writes down the ops that it takes, with the tensors that go in and out.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { Attribute, Binding, GraphBackend, Output } from './nativeBackend.js'

/** An op that was run. */
export interface RecordedOp {
  readonly op: string
  readonly attributes: readonly Attribute[]
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

/** What was run. */
export interface Recording {
  readonly ops: readonly RecordedOp[]
  /** What was made of JavaScript's numbers for the work alone, by its number. Tensors that stay after the work, such as weights, are not among them. */
  readonly constants: ReadonlyMap<number, Constant>
  /** TensorFlow.js' type of each tensor that went into an op, by its number. */
  readonly types: ReadonlyMap<number, string>
  /** Whether numbers were read back: what was run then may hang on them. */
  readonly reads: boolean
}

/** Runs the work, and gives its result and what it ran. */
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
