/** A network in training, with an optimizer of its own. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, NamedTensorMap, Optimizer, Scalar, Tensor, Variable } from '@tensorflow/tfjs'

/** The value of a loss before a step, and where to go. */
export interface Slope {
  readonly value: Tensor
  readonly grads: NamedTensorMap
}

export interface Player {
  /** The loss and its gradients in this network's variables alone. */
  readonly slope: (loss: () => Scalar) => Slope
  /** One step down; gives the value, and frees the tensors of the slope. */
  readonly descend: (slope: Slope) => Promise<number>
  /** Frees what the optimizer remembers; the network stays. */
  readonly dispose: () => void
}

export const playerOf = (model: LayersModel, optimizer: Optimizer): Player => {
  const variables = model.trainableWeights.map((weight) => weight.read()).filter((value): value is Variable => value instanceof tf.Variable)
  return {
    slope: (loss) => tf.variableGrads(loss, variables),
    descend: async ({ value, grads }) => {
      optimizer.applyGradients(grads)
      tf.dispose(grads)
      const [number = Number.NaN] = await value.data()
      value.dispose()
      return number
    },
    dispose: () => {
      optimizer.dispose()
    },
  }
}
