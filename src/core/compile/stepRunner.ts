/**
 * Steps that are run again and again, in one piece: a backend that can is given the calls of compiled losses, and all others run the step op by op.
 *
 * Law: the value and the gradient are those of the step.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Plan } from '../plan/plan.js'

/** One call of a compiled loss, which gives a T. */
export interface Call<T> {
  readonly images: Tensor4D
  /** The tensors besides the images that may be others in the next call. */
  readonly others: readonly Tensor4D[]
  /** The value at any images, the other tensors being these. */
  readonly step: (images: Tensor4D) => T
}

/** Runs the calls of one compiled loss. */
export interface StepRunner {
  /** The batch's mean. */
  readonly mean: (call: Call<Scalar>) => Scalar
  /** The value of each sample. */
  readonly samples: (call: Call<Tensor1D>) => Tensor1D
  readonly dispose: () => void
}

/** Makes a replay for a plan; undefined where its steps have to run op by op. */
export type MakeStepRunner = (plan: Plan) => StepRunner | undefined

const replayers = new WeakMap<object, MakeStepRunner>()

/** From now on steps on this backend are the replayer's; without one they run op by op. */
export const setStepRunner = (backend: object, replayer: MakeStepRunner | undefined): void => {
  if (replayer === undefined) replayers.delete(backend)
  else replayers.set(backend, replayer)
}

/** Every call op by op. */
export const opByOp: StepRunner = { mean: ({ step, images }) => step(images), samples: ({ step, images }) => step(images), dispose: () => undefined }

/** The replay of the backend in use, for a plan. */
export const backendStepRunner = (plan: Plan): StepRunner => {
  const made = new Map<MakeStepRunner, StepRunner>()
  const replayOf = (replayer: MakeStepRunner): StepRunner => {
    const known = made.get(replayer)
    if (known !== undefined) return known
    const replay = replayer(plan) ?? opByOp
    made.set(replayer, replay)
    return replay
  }
  const inUse = (): StepRunner => {
    const replayer = replayers.get(tf.backend())
    return replayer === undefined ? opByOp : replayOf(replayer)
  }
  return {
    mean: (call) => inUse().mean(call),
    samples: (call) => inUse().samples(call),
    dispose: () => {
      made.forEach((replay) => {
        replay.dispose()
      })
      made.clear()
    },
  }
}
