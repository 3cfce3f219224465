/**
 * Frozen copies of models.
 *
 * A copy shares the memory of the original's current weights until the original is trained further, which replaces them.
 */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { isRefusal, locateLayer, type ModelLayer, type Refusal } from './layerPlace.js'
import { variables } from '../../core/tensors/engine.js'

/** A frozen copy, with access to the inside of its layers. */
export interface Frozen {
  readonly model: LayersModel
  /** The value before a layer's fused activation, computed by a copy of the layer without one. */
  readonly unfused: (layer: ModelLayer) => SymbolicTensor | Refusal
  readonly dispose: () => void
}

/** Makes a frozen copy; a Left if a layer's class cannot be instantiated. */
export const frozenCopy = (model: LayersModel): E.Either<LossError, Frozen> => {
  const before = new Set(variables())
  return E.tryCatch(
    () => copyOf(model),
    (error): LossError => {
      tf.dispose(variables().filter((variable) => !before.has(variable)))
      const reason = error instanceof Error ? error.message : String(error)
      return {
        _tag: 'BadArgument',
        name: `The model ${model.name}`,
        received: `a model that cannot be copied and frozen (${reason})`,
        expected: 'layers of registered classes (tf.serialization.registerClass), or live: true, which uses the model itself',
      }
    },
  )
}

type Made<T> = tf.serialization.SerializableConstructor<T & tf.serialization.Serializable> & {
  readonly fromConfig: (cls: unknown, config: tf.serialization.ConfigDict, customObjects?: object, zeroWeights?: boolean) => T
}

const again = <T extends ModelLayer | LayersModel>(layer: T, changes: tf.serialization.ConfigDict = {}): T => {
  const made = layer.constructor as Made<T>
  return made.fromConfig(made, { ...layer.getConfig(), ...changes }, {}, true)
}

const copyOf = (original: LayersModel): Frozen => {
  const model = again(original)
  const twins = new Map<string, ModelLayer>()
  model.layers.forEach((layer) => {
    freeze(layer, original.getLayer(layer.name))
  })
  return {
    model,
    unfused: (layer) => {
      const place = locateLayer(layer)
      if (isRefusal(place)) return place
      const known = twins.get(layer.name)
      const twin = known ?? again(layer, { name: `${layer.name}_unfused`, activation: 'linear' })
      if (known !== undefined) return twin.output as SymbolicTensor
      twins.set(layer.name, twin)
      const output = twin.apply(place.input) as SymbolicTensor
      freeze(twin, layer)
      return output
    },
    dispose: () => {
      ;[...model.layers, ...twins.values()].forEach((layer) => {
        layer.weights.forEach((weight) => {
          weight.dispose()
        })
      })
    },
  }
}

/** Gives a layer another's weights, for good: an optimizer without a list of variables takes the trainable ones only. */
const freeze = (layer: ModelLayer, from: ModelLayer): void => {
  layer.setWeights(from.getWeights())
  layer.trainable = false
}
