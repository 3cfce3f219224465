/**
 * The weights of a network on a backend: uploaded when a layer is first needed, kept until the network is disposed of.
 */
import * as tf from '@tensorflow/tfjs'
import { frozenConvolution, isPlainBefore, type FrozenConvolution } from '../kernels/convolution.js'
import { kernels } from '../kernels/kernelsInUse.js'
import type { TiesBy } from '../kernels/step.js'
import { convolutionsOf, type NetworkTable } from '../architecture/networkTable.js'
import type { Weights } from '../weights/matchWeights.js'
import { LossException } from '../../core/errors/lossException.js'

/** The convolutions of a network. */
export interface ConvolutionStore {
  /** `tiesBy`: how max pooling after the layer finds ties. */
  readonly convolutionOf: (layer: string, tiesBy: TiesBy | undefined) => FrozenConvolution
  readonly dispose: () => void
}

/** The store for a network's weights. Backends need different layouts: after a change of backend they are uploaded again. */
export const convolutionStore = (table: NetworkTable, weights: Weights): ConvolutionStore => {
  // By the backend itself, not its name: a restarted one has none of the old one's tensors.
  const made = new Map<object, Map<string, FrozenConvolution>>()
  let disposed = false
  const onThisBackend = (): Map<string, FrozenConvolution> => {
    const known = made.get(tf.backend())
    if (known !== undefined) return known
    const none = new Map<string, FrozenConvolution>()
    made.set(tf.backend(), none)
    return none
  }
  return {
    convolutionOf: (layer, tiesBy) => {
      // A gradient may ask for it after the network was disposed of.
      if (disposed) throw new LossException({ _tag: 'Disposed', what: `The extractor ${table.name}` })
      const key = `${layer}/${isPlainBefore(tiesBy) || kernels().fastConvolver === undefined ? 'plain' : 'fast'}`
      const known = onThisBackend().get(key)
      if (known !== undefined) return known
      const convolution = frozen(table, weights, layer, tiesBy)
      onThisBackend().set(key, convolution)
      return convolution
    },
    dispose: () => {
      disposed = true
      made.forEach((convolutions) => {
        convolutions.forEach((convolution) => {
          convolution.dispose()
        })
      })
      made.clear()
    },
  }
}

const frozen = (table: NetworkTable, weights: Weights, name: string, tiesBy: TiesBy | undefined): FrozenConvolution => {
  const row = convolutionsOf(table).find((layer) => layer.name === name)
  const numbers = weights.layers.get(name)
  if (row === undefined || numbers === undefined) throw new Error(`The network ${table.name} has no weights for ${name}.`)
  const { size, window, channels } = row
  return frozenConvolution(
    {
      filter: () => tf.tensor4d(numbers.filter(), [size, size, channels.in, channels.out]),
      bias: () => tf.tensor1d(numbers.bias()),
    },
    window,
    tiesBy,
  )
}
