/**
 * TensorFlow.js' tape: what was recorded for gradients. An exception on the way leaves what it keeps, so whoever throws frees it.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** A recorded op. */
export interface Recorded {
  /** The kernel's name; that of the scope around it for a `tf.customGrad`. */
  readonly kernelName: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly outputs: readonly Tensor[]
  readonly saved?: Tensor[]
  /** The gradients in the inputs from those in the outputs; undefined where TensorFlow.js has none. */
  gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>
}

/** The ops recorded so far. There are none before the first gradient, nor after one. */
export const tape = (): Recorded[] => (tf.engine().state as unknown as { readonly activeTape?: Recorded[] | null }).activeTape ?? []

/** How many ops are on the tape. */
export const tapeLength = (): number => tape().length

/** Frees what the ops from this one on keep for their gradients, which nobody will take. */
export const freeTape = (from: number): void => {
  tape()
    .slice(from)
    .forEach(({ saved }) => {
      tf.dispose(saved ?? [])
    })
}
