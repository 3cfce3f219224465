/**
 * What the benchmark times: a row is one way to compute a value and its gradient in the prediction.
 */
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'

/** The pictures that every row of a table works on: [batch, side, side, 3] in [0, 1]. */
export interface Scene {
  readonly target: Tensor4D
  readonly prediction: Tensor4D
}

/** What one step gives; whoever ran it disposes of both. */
export interface Stepped {
  readonly value: Scalar
  readonly gradient: Tensor4D
}

/** A row that was set up: it runs as often as asked, and frees what it holds at the end. */
export interface Running {
  readonly run: () => Stepped
  readonly dispose: () => void
}

/** One way to compute a step. Rows of one group give the same numbers, and are compared with the row of the group that is its baseline. */
export interface Row {
  readonly name: string
  readonly group: string
  readonly baseline: boolean
  readonly setup: (scene: Scene) => Promise<Running>
}
