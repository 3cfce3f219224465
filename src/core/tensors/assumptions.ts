/**
 * Conditions that recorded work assumes, because reading them back would end the recording. A run of the recording returns them with its results; if one does not hold, the work runs op by op
 * instead.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar } from '@tensorflow/tfjs'

let broken: Scalar[] | undefined

/** Whether the work may assume something; `isBroken` makes a scalar that is true if it does not hold. Always false outside `assuming`. */
export const mayAssume = (isBroken: () => Scalar): boolean => {
  broken?.push(tf.keep(isBroken()))
  return broken !== undefined
}

/** Runs work that may assume conditions; returns its result, and a scalar that is true if one of them does not hold, if there are any. */
export const assuming = <A>(work: () => A): readonly [result: A, broken: Scalar | undefined] => {
  const outer = broken
  const found: Scalar[] = []
  broken = found
  try {
    const result = work()
    return [result, found.length === 0 ? undefined : tf.tidy(() => tf.any<Scalar>(tf.stack(found)))]
  } finally {
    tf.dispose(found)
    broken = outer
  }
}
