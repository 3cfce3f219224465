import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'
import type { Seen } from './evaluate.js'

/**
 * Runs `work` with the gradient tape off: nothing in it is recorded or saved for a backward pass. The results belong to the caller's tidy.
 *
 * TensorFlow.js turns the tape off only inside the forward of a `customGrad`, which may return one tensor; the others leave it kept, and come back as clones
 * (which share their data).
 */
export const untaped = (work: () => readonly Seen[]): readonly Seen[] => {
  let kept: readonly Seen[] = []
  try {
    tf.tidy(() => {
      differentiable(tf.scalar(0), (seed) => {
        kept = cloned(work(), tf.keep)
        return { value: tf.clone(seed), gradient: tf.zerosLike }
      })
    })
    return cloned(kept, (feature) => feature)
  } finally {
    disposeSeen(kept)
  }
}

/** Keeps what `work` has seen, whatever tidy is around; it stays until `disposeSeen`. */
export const keepSeen = (work: () => readonly Seen[]): readonly Seen[] => {
  let kept: readonly Seen[] = []
  tf.tidy(() => {
    kept = cloned(work(), tf.keep)
  })
  return kept
}

const cloned = (tables: readonly Seen[], own: (tensor: Tensor) => Tensor): readonly Seen[] =>
  tables.map((seen) => seen.map((feature) => (feature === undefined ? undefined : own(tf.clone(feature)))))

/** Disposes of every tensor of the tables. */
export const disposeSeen = (tables: readonly Seen[]): void => {
  tf.dispose(tables.flatMap((seen) => seen.filter((feature) => feature !== undefined)))
}
