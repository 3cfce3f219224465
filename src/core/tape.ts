/**
 * What TensorFlow.js' tape keeps for gradients: an exception on the way leaves it, so whoever throws frees it.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

interface Recorded {
  readonly saved?: Tensor[]
}

/** There is none before the first gradient, nor after one. */
const tape = (): readonly Recorded[] => (tf.engine().state as { readonly activeTape?: readonly Recorded[] | null }).activeTape ?? []

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
