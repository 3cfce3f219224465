/** Metrics that compare element by element, and the statistics of vectors. */
import { lpipsHead, type LpipsHead } from '../../metrics/learned/lpipsHeads.js'
import type { PythonForms, PythonValue } from '../pythonForm.js'
import type { Options } from '../../core/arguments/checkOptions.js'

const metric = (says: string, body: string, uses: readonly string[] = ['mean']) => ({ arguments: 'reference, prediction', says, body, uses }) as const

const channelWeights = ({ weights }: Options): Readonly<Record<string, PythonValue>> => ({
  weights: weights === 'ones' ? null : typeof weights === 'string' ? lpipsHead(weights as LpipsHead) : Float32Array.from(weights as readonly number[]),
})

export const pointwise: PythonForms = {
  mse: metric('Mean squared error.', 'return mean(ops.square(prediction - reference))'),
  mae: metric('Mean absolute error.', 'return mean(ops.abs(prediction - reference))'),
  charbonnier: metric(
    'The mean of sqrt(d^2 + epsilon^2).',
    `squares = ops.square(prediction - reference)
root = ops.sqrt(squares + epsilon ** 2)
return mean(squares / (root + epsilon) if from_zero else root)`,
  ),
  huber: metric(
    'The mean of d^2 / 2 up to delta, of delta (|d| - delta / 2) beyond.',
    `d = ops.abs(prediction - reference)
return mean(ops.where(d <= delta, d * d / 2, delta * (d - delta / 2)))`,
  ),
  cosine: metric(
    'The mean of 1 - cos of the angle between channel vectors, each with one more coordinate, sqrt(epsilon).',
    `a = ops.sqrt(ops.sum(ops.square(reference), axis=-1, keepdims=True) + epsilon)
b = ops.sqrt(ops.sum(ops.square(prediction), axis=-1, keepdims=True) + epsilon)
across = mean(ops.square(prediction / b - reference / a)) * prediction.shape[-1]
return (across + epsilon * mean(ops.square(1 / b - 1 / a))) / 2`,
  ),
  squaredFrobenius: metric('The sum of the squared differences.', 'return total(ops.square(prediction - reference))', ['total']),
  weightedChannels: {
    ...metric(
      'The mean over positions of the sum over channels of w d^2.',
      `squares = ops.square(prediction - reference)
return mean(ops.sum(squares if weights is None else squares * constant(weights, squares), axis=-1))`,
      ['mean', 'constant'],
    ),
    options: channelWeights,
  },
}
