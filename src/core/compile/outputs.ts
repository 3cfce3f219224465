/**
 * The forms in which a compiled loss gives its value: the batch mean, a number a sample, a table of terms; all from the same terms.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { checkBackend } from '../tensors/backend.js'
import { weightedSum } from '../evaluate/termValue.js'
import type { Plan } from '../plan/plan.js'
import type { BreakdownRow } from './compiledLoss.js'

/** The value of each term, [batch], unweighted, before the mark is added, and the prediction that they came from. */
export interface Evaluated {
  /** NaN for each sample whose pictures are not finite, and 0 for the others. */
  readonly mark: Tensor1D
  readonly values: readonly Tensor1D[]
  readonly images: Tensor4D
}

/** The forms of a value, for the same arguments. */
export interface Forms<A extends readonly unknown[]> {
  (...args: A): Scalar
  readonly perSample: (...args: A) => Tensor1D
  readonly breakdown: (...args: A) => Promise<readonly BreakdownRow[]>
  readonly heatmap: (...args: A) => Tensor4D
}

/** What is done with arguments that were let in. */
export interface Ways<B> {
  readonly evaluate: (admitted: B) => Evaluated
  readonly heat: (admitted: B) => Tensor4D
  /** Runs what gives the batch's mean. */
  readonly mean: (admitted: B, plainly: (admitted: B) => Scalar) => Scalar
  /** Runs what gives each sample's value. */
  readonly samples: (admitted: B, plainly: (admitted: B) => Tensor1D) => Tensor1D
}

/** The forms of what `evaluate` computes from arguments that `admit` lets in; each is tidy: its result is the only tensor it leaves. */
export const forms = <A extends readonly unknown[], B>(plan: Plan, admit: (...args: A) => B, { evaluate, heat, ...ways }: Ways<B>): Forms<A> => {
  const samples = (admitted: B): Tensor1D =>
    tf.tidy(() => {
      const { values, images, mark } = evaluate(admitted)
      return tf.add<Tensor1D>(weightedSum(plan.terms, values, images), mark)
    })
  const mean = (admitted: B): Scalar => tf.tidy(() => tf.mean<Scalar>(samples(admitted)))
  const breakdown = async (...args: A): Promise<readonly BreakdownRow[]> => {
    const means = tf.tidy(() => {
      const { values, mark } = evaluate(admit(...args))
      return tf.stack([tf.scalar(0), ...values.map((value) => tf.mean(tf.add(value, mark)))])
    })
    try {
      const [, ...unweighted] = await means.data<'float32'>()
      checkBackend()
      return rows(plan, unweighted)
    } finally {
      means.dispose()
    }
  }
  return Object.assign((...args: A): Scalar => tf.tidy(() => ways.mean(admit(...args), mean)), {
    perSample: (...args: A): Tensor1D => tf.tidy(() => ways.samples(admit(...args), samples)),
    breakdown,
    heatmap: (...args: A): Tensor4D => tf.tidy(() => heat(admit(...args))),
  })
}

const rows = (plan: Plan, unweighted: readonly number[]): readonly BreakdownRow[] => {
  const values = plan.terms.map(({ weight }, i) => weight * (unweighted[i] ?? 0))
  const total = values.reduce((sum, value) => sum + Math.abs(value), 0)
  return plan.terms.map(({ name, weight }, i) => {
    const value = values[i] ?? 0
    return { name, weight, value, unweighted: unweighted[i] ?? 0, share: total === 0 ? 0 : value / total }
  })
}
