/** Whether values on the native backend may be rounded more: the option `reducedPrecision` of `useFastestBackend`. */
import * as tf from '@tensorflow/tfjs'

const reduced = new WeakSet<object>()

/** Sets it for the backend in use. Networks that have run before keep their convolutions. */
export const setReducedPrecision = (on: boolean): void => {
  if (on) reduced.add(tf.backend())
  else reduced.delete(tf.backend())
}

/** Whether it is on for the backend in use. */
export const hasReducedPrecision = (): boolean => reduced.has(tf.backend())
