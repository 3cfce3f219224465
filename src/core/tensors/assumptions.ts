/**
 * Conditions that recorded work takes for granted, because reading them back would end the recording. Whoever runs the recording again gets them with the results, and runs the
 * work itself where one does not hold.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar } from '@tensorflow/tfjs'

let broken: Scalar[] | undefined

/** Whether the work may assume something; `isBroken` makes a scalar that is true where it does not hold. Never outside `assuming`. */
export const mayAssume = (isBroken: () => Scalar): boolean => {
  broken?.push(tf.keep(isBroken()))
  return broken !== undefined
}

/** Runs the work, which may assume things; with a scalar that is true if one of them does not hold, if there are any. */
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
