import * as tf from '@tensorflow/tfjs'
import type { Seen } from '../compile/termValue.js'

/**
 * Runs `work` in a tidy with the gradient tape off: nothing in it is recorded or saved for a backward pass, so its results are constants to every gradient.
 *
 * TensorFlow.js records no op inside another one, which is also how it runs the forward of a `customGrad`.
 */
export const untaped = <A>(work: () => A): A => {
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    // Its type does not know read-only arrays.
    return tf.tidy(work as () => tf.TensorContainer) as A
  } finally {
    state.kernelDepth--
  }
}

/** Keeps what `work` has seen, whatever tidy is around; it stays until `disposeSeen`. */
export const keepSeen = (work: () => readonly Seen[]): readonly Seen[] => {
  let kept: readonly Seen[] = []
  tf.tidy(() => {
    kept = work().map((seen) => seen.map((feature) => (feature === undefined ? undefined : tf.keep(tf.clone(feature)))))
  })
  return kept
}

/** Disposes of every tensor of the tables. */
export const disposeSeen = (tables: readonly Seen[]): void => {
  tf.dispose(tables.flatMap((seen) => seen.filter((feature) => feature !== undefined)))
}
