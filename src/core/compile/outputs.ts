/**
 * The outputs of a compiled loss for checked inputs: the batch mean, one number per sample, a table of terms, a heat map. All come from the same terms; each is tidy: its result is the
 * only tensor it leaves.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Evaluation } from '../evaluate/evaluation.js'
import { weightedSum } from '../evaluate/termValue.js'
import type { Plan } from '../plan/plan.js'
import { checkBackend } from '../tensors/backend.js'
import { breakdownRows } from './breakdown.js'
import type { BreakdownRow } from './compiledLoss.js'
import type { StepRunner } from './stepRunner.js'
import type { References } from '../evaluate/references.js'

/** The inputs of a call, checked. */
export interface CheckedInputs {
  readonly images: Tensor4D
  /** The tensors besides the images that may differ in the next call. */
  readonly others: readonly Tensor4D[]
  readonly references: () => References
}

/** The outputs, for the same arguments. */
export interface Outputs<A extends readonly unknown[]> {
  (...args: A): Scalar
  readonly perSample: (...args: A) => Tensor1D
  readonly breakdown: (...args: A) => Promise<readonly BreakdownRow[]>
  readonly heatmap: (...args: A) => Tensor4D
}

/** The outputs of an evaluation: `check` turns arguments into checked inputs, `runner` runs the steps. */
export const outputs = <A extends readonly unknown[]>(
  plan: Plan,
  evaluation: Evaluation,
  runner: StepRunner,
  check: (...args: A) => CheckedInputs,
): Outputs<A> => {
  const samples = (references: () => References, prediction: Tensor4D): Tensor1D =>
    tf.tidy(() => {
      const { values, images, mark } = evaluation.terms(references(), prediction)
      return withMark(weightedSum(plan.terms, values, images), mark)
    })
  const mean = (references: () => References, prediction: Tensor4D): Scalar => tf.tidy(() => tf.mean<Scalar>(samples(references, prediction)))

  const value = (...args: A): Scalar =>
    tf.tidy(() => {
      const { images, others, references } = check(...args)
      return runner.mean({ images, others, step: (prediction) => mean(references, prediction) })
    })
  const perSample = (...args: A): Tensor1D =>
    tf.tidy(() => {
      const { images, others, references } = check(...args)
      return runner.samples({ images, others, step: (prediction) => samples(references, prediction) })
    })
  const breakdown = async (...args: A): Promise<readonly BreakdownRow[]> => {
    const means = tf.tidy(() => {
      const { images, references } = check(...args)
      const { values, mark } = evaluation.terms(references(), images)
      return tf.stack([tf.scalar(0), ...values.map((term) => tf.mean(withMark(term, mark)))])
    })
    try {
      const [, ...unweighted] = await means.data<'float32'>()
      checkBackend()
      return breakdownRows(plan, unweighted)
    } finally {
      means.dispose()
    }
  }
  const heatmap = (...args: A): Tensor4D =>
    tf.tidy(() => {
      const { images, references } = check(...args)
      return evaluation.heatmap(references(), images)
    })
  return Object.assign(value, { perSample, breakdown, heatmap })
}

const withMark = (value: Tensor1D, mark: Tensor1D | undefined): Tensor1D => (mark === undefined ? value : tf.add(value, mark))
