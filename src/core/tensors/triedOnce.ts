/** Trials of what a backend may lack. */
import * as tf from '@tensorflow/tfjs'
import { isOnGpu } from './namedOps.js'

/** Whether ops work on the native backend in use and not on a GPU: `trial` says it once for each backend, and what throws does not work. */
export const triedOnce = (trial: () => boolean): (() => boolean) => {
  const known = new WeakMap<object, boolean>()
  return () => {
    const backend = tf.backend()
    const works = known.get(backend) ?? (!isOnGpu() && tf.tidy(() => succeeds(trial)))
    known.set(backend, works)
    return works
  }
}

/** Unknown ops throw. */
const succeeds = (trial: () => boolean): boolean => {
  try {
    return trial()
  } catch {
    return false
  }
}
