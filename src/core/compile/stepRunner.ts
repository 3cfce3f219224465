/**
 * Runners of repeated steps: a backend may run the calls of compiled losses as a whole; otherwise the step runs op by op.
 *
 * Law: the value and the gradient are those of the step.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Plan } from '../plan/plan.js'

/** One call of a compiled loss with the result T. */
export interface Call<T> {
  readonly images: Tensor4D
  /** The tensors besides the images that may differ in the next call. */
  readonly others: readonly Tensor4D[]
  /** The value at any images, with these other tensors. */
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

/** Makes a runner for a plan; undefined if its steps must run op by op. */
export type MakeStepRunner = (plan: Plan) => StepRunner | undefined

const stepRunners = new WeakMap<object, MakeStepRunner>()

/** Sets how steps on this backend run; without `make`, op by op. */
export const setStepRunner = (backend: object, make: MakeStepRunner | undefined): void => {
  if (make === undefined) stepRunners.delete(backend)
  else stepRunners.set(backend, make)
}

/** Every call op by op. */
export const opByOp: StepRunner = { mean: ({ step, images }) => step(images), samples: ({ step, images }) => step(images), dispose: () => undefined }

/** The runner of the backend in use, for a plan. */
export const backendStepRunner = (plan: Plan): StepRunner => {
  const made = new Map<MakeStepRunner, StepRunner>()
  const runnerOf = (make: MakeStepRunner): StepRunner => {
    const known = made.get(make)
    if (known !== undefined) return known
    const runner = make(plan) ?? opByOp
    made.set(make, runner)
    return runner
  }
  const inUse = (): StepRunner => {
    const make = stepRunners.get(tf.backend())
    return make === undefined ? opByOp : runnerOf(make)
  }
  return {
    mean: (call) => inUse().mean(call),
    samples: (call) => inUse().samples(call),
    dispose: () => {
      made.forEach((runner) => {
        runner.dispose()
      })
      made.clear()
    },
  }
}
