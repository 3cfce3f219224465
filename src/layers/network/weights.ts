/**
 * The weights of a network as tensors: made when a layer is first needed, kept until the network is disposed.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { flip, type ConvolutionTensors } from './convolution.js'
import type { Preprocessing } from './preprocessing.js'
import type { NetworkTable } from './table.js'

/** A convolution's numbers. */
export interface LayerWeights {
  /** [height, width, in, out]. */
  readonly filter: () => Float32Array
  /** [out]. */
  readonly bias: () => Float32Array
}

/** Weights that were found to fit a network: every layer is there, with the right shape. */
export interface Weights {
  readonly preprocessing: Preprocessing
  readonly layers: ReadonlyMap<string, LayerWeights>
}

/** The tensors of a network's layers. */
export interface TensorStore {
  readonly tensorsOf: (layer: string) => ConvolutionTensors
  readonly dispose: () => void
}

/** The store for a network's weights. */
export const tensorStore = (table: NetworkTable, weights: Weights): TensorStore => {
  const made = new Map<string, ConvolutionTensors>()
  return {
    tensorsOf: (layer) => {
      const known = made.get(layer)
      if (known !== undefined) return known
      const tensors = kept(table, weights, layer)
      made.set(layer, tensors)
      return tensors
    },
    dispose: () => {
      made.forEach(({ filter, bias, flipped }) => {
        tf.dispose([filter, bias, flipped])
      })
      made.clear()
    },
  }
}

const kept = (table: NetworkTable, weights: Weights, name: string): ConvolutionTensors => {
  const row = table.layers.find((layer) => layer.name === name)
  const numbers = weights.layers.get(name)
  if (row?.kind !== 'convolution' || numbers === undefined) throw new Error(`The network ${table.name} has no weights for ${name}.`)
  const { size, channels } = row
  return tf.tidy(() => {
    const filter: Tensor4D = tf.keep(tf.tensor4d(numbers.filter(), [size, size, channels.in, channels.out]))
    const bias: Tensor1D = tf.keep(tf.tensor1d(numbers.bias()))
    return { filter, bias, flipped: tf.keep(flip(filter)) }
  })
}
