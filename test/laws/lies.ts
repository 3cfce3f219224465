/** Metrics and loss functions that lie about one law each, and an honest one. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { defineMetric } from '../../src/index.js'
import type { MetricLaws } from '../../src/index.js'

const squares = (reference: Tensor, prediction: Tensor): Tensor1D => tf.mean(tf.square(tf.sub(prediction, reference)), [1, 2, 3])

const HONEST: MetricLaws = { symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }

const lying = (id: string, apply: (reference: Tensor, prediction: Tensor) => Tensor1D, claims: Partial<MetricLaws> = {}) =>
  defineMetric({ id, laws: () => ({ ...HONEST, ...claims }), apply: () => apply })

export const honest = lying('honest', squares)

/** Weighs the error by the reference. */
export const asymmetric = lying('asymmetric', (reference, prediction) =>
  tf.mean(tf.mul(tf.square(tf.sub(prediction, reference)), tf.abs(reference)), [1, 2, 3]),
)

/** Says that identical pictures differ. */
export const nonZeroIdentity = lying('nonZeroIdentity', (reference, prediction) => tf.add(squares(reference, prediction), 0.01))

/** Rewards an error. */
export const negative = lying('negative', (reference, prediction) => tf.neg(squares(reference, prediction)))

/** A square root without care: its gradient on identical pictures is 0 / 0. */
export const nanGradient = lying('nanGradient', (reference, prediction) => tf.sqrt(squares(reference, prediction)), { smooth: false, triangle: true })

/** Has a corner, and says it is smooth. */
export const cornered = lying('cornered', (reference, prediction) => tf.mean(tf.abs(tf.sub(prediction, reference)), [1, 2, 3]), { triangle: true })

/** A square is no distance. */
export const noTriangle = lying('noTriangle', squares, { triangle: true })

/** Exceeds what it says. */
export const outOfBounds = lying('outOfBounds', squares, { range: [0, 0.25] })

/** Moves the target to the prediction. */
export const onTheTarget = (yTrue: Tensor4D, yPred: Tensor4D): Tensor => tf.mean(tf.square(tf.sub(yTrue, yPred)))

/** Divides by the batch's mean error. */
export const batchDependent = lying('batchDependent', (reference, prediction) => {
  const each = squares(reference, prediction)
  return tf.mul(each, tf.add(tf.mean(each), 1))
})

/** Keeps a tensor each time. */
export const leaking = lying('leaking', (reference, prediction) => tf.keep(squares(reference, prediction)).clone())

let calls = 0
/** Grows with each call. */
export const stateful = lying('stateful', (reference, prediction) => tf.mul(squares(reference, prediction), 1 + ++calls / 1000))

/** Its value does not depend on the prediction as the gradient sees it. */
export const disconnected = lying('disconnected', (reference, prediction) =>
  tf.tidy(() => squares(reference, tf.tensor(prediction.dataSync(), prediction.shape))),
)
