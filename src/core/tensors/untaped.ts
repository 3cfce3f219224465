import * as tf from '@tensorflow/tfjs'

/**
 * Runs `work` in a tidy with the gradient tape off: nothing in it is recorded or saved for a backward pass, so its results are constants to every gradient.
 *
 * TensorFlow.js records no op inside another one, which is also how it runs the forward of a `customGrad`.
 */
export const withoutTape = <A>(work: () => A): A => {
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    // Its type does not know read-only arrays.
    return tf.tidy(work as () => tf.TensorContainer) as A
  } finally {
    state.kernelDepth--
  }
}
