/**
 * Everything that touches the internals of TensorFlow.js' engine: the gradient tape, isolated gradients, the memory profile, kernels by name, and what is registered.
 *
 * An exception during a gradient leaves its saved tensors on the tape, so code that throws there frees them.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor } from '@tensorflow/tfjs'

/** Whether ops that run now are recorded for a gradient. */
export const isTapeOn = (): boolean => tf.engine().isTapeOn()

/** How many gradients are being taken around the code that runs now: 2 inside a gradient of a gradient. */
export const gradientDepth = (): number => tf.engine().state.gradientDepth

/** An op on the tape. */
export interface RecordedOp {
  /** The kernel's name; that of the scope around it for a `tf.customGrad`. */
  readonly kernelName: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly outputs: readonly Tensor[]
  readonly saved?: Tensor[]
  /** The gradients in the inputs from those in the outputs; undefined where TensorFlow.js has none. */
  gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>
}

/** The recorded ops. There are none before the first gradient, nor after one. */
export const tape = (): RecordedOp[] => (tf.engine().state as unknown as { readonly activeTape?: RecordedOp[] | null }).activeTape ?? []

/** How many ops are on the tape. */
export const tapeLength = (): number => tape().length

/** Frees what the ops from this position on saved for their gradients, which will not be taken. */
export const freeTape = (from: number): void => {
  tape()
    .slice(from)
    .forEach(({ saved }) => {
      tf.dispose(saved ?? [])
    })
}

/** Frees the whole tape where the last backward pass fails: nothing will run it again. */
export const freeTapeAfterFailure = (): void => {
  if (gradientDepth() === 0) freeTape(0)
}

/**
 * Runs work with the tape off: its results are constants to every derivative.
 *
 * TensorFlow.js records no op inside another one; it runs the forward of a `customGrad` the same way.
 */
export const stopGradient = <A>(work: () => A): A => {
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    return work()
  } finally {
    state.kernelDepth--
  }
}

/** Runs work in a tidy with the tape off. */
export const withoutTape = <A>(work: () => A): A =>
  // The type of tidy does not accept read-only arrays.
  stopGradient(() => tf.tidy(work as () => tf.TensorContainer) as A)

/**
 * The gradients of a value in each of its inputs, from the gradient `dy` in the value (1), on a tape of their own: also inside the forward of a `customGrad`, where the tape is
 * off, and inside its gradient, where `tf.grad` would end the tape that is being run back. No second derivatives go through them.
 */
export const isolatedGradients = (f: (...xs: Tensor[]) => Scalar, xs: readonly Tensor[], dy?: Scalar): readonly Tensor[] => {
  const { state } = tf.engine()
  const { gradientDepth, kernelDepth, activeTape } = state
  Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: [] })
  try {
    return tf.grads(f)([...xs], dy)
  } catch (error) {
    freeTape(0)
    throw error
  } finally {
    Object.assign(state, { gradientDepth, kernelDepth, activeTape })
  }
}

/** Whether memory or kernels are being profiled now. */
export const isProfiling = (): boolean => tf.engine().state.profiling

/**
 * The most bytes of tensors that work holds at once in addition to those held before.
 *
 * It is what `tf.profile` measures. That one is asynchronous, and passes the list of kernels to `Math.max` as arguments, which overflows the stack at about 100,000 kernels: a
 * loss of some 3,000 terms.
 */
export const peakBytes = (work: () => void): number => {
  const { state } = tf.engine()
  const [profiling, { kernels }, before] = [state.profiling, state.activeProfile, state.numBytes]
  let most = before
  const snapshots: unknown = { push: ({ totalBytesSnapshot }: { readonly totalBytesSnapshot: number }) => (most = Math.max(most, totalBytesSnapshot)) }
  Object.assign(state, { profiling: true })
  Object.assign(state.activeProfile, { kernels: snapshots })
  try {
    work()
    return most - before
  } finally {
    Object.assign(state, { profiling })
    Object.assign(state.activeProfile, { kernels })
  }
}

/** Whether this copy of TensorFlow.js has the tensor's numbers. */
export const hasTensor = ({ dataId }: Tensor): boolean => tf.engine().state.tensorInfo.has(dataId)

/** All variables. */
export const variables = (): readonly tf.Variable[] => Object.values(tf.engine().registeredVariables)

/** Runs a kernel by its name. */
export const runKernel = (name: string, inputs: Readonly<Record<string, Tensor>>, attributes: object): Tensor =>
  tf.engine().runKernel(name, { ...inputs }, attributes as tf.NamedAttrMap)

/** How a backend was registered; undefined for an unknown name. */
export const backendFactory = (name: string): { readonly factory: () => tf.KernelBackend | Promise<tf.KernelBackend>; readonly priority: number } | undefined =>
  tf.engine().registryFactory[name]
