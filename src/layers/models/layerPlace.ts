/**
 * The place of a layer in a model: its symbolic input and output tensors.
 */
import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs'

/** A layer of tfjs. */
export type ModelLayer = layers.Layer

/** Why a request cannot be met, as a clause that ends a sentence. */
export interface Refusal {
  readonly reason: string
}

/** Whether this is a refusal. */
export const isRefusal = (value: object): value is Refusal => 'reason' in value

/** Whether this is not a refusal. */
export const isModelInput = <T extends object>(value: T | Refusal): value is T => !isRefusal(value)

/** The place of a layer. */
export interface Place {
  readonly input: SymbolicTensor
  readonly output: SymbolicTensor
}

/** The single place of a layer; a nested model also has its own node without inputs. */
export const locateLayer = (layer: ModelLayer): Place | Refusal => {
  const used = layer.inboundNodes.filter(({ inboundLayers }) => inboundLayers.length > 0)
  const [place] = used
  if (place === undefined) return { reason: 'it is an input layer' }
  if (used.length > 1) return { reason: `it is used at ${String(used.length)} places, so its name is ambiguous` }
  const [[input], [output, ...others]] = [place.inputTensors, place.outputTensors]
  return input === undefined || output === undefined || others.length > 0 ? { reason: 'it has several outputs' } : { input, output }
}

/** Layers that are an activation and nothing else. */
const ACTIVATIONS = ['Activation', 'ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax']

/** Layers with a fused activation at their end. */
const FUSED = ['Conv2D', 'Conv2DTranspose', 'DepthwiseConv2D', 'SeparableConv2D', 'Dense']

/** The tensor before a layer's activation; 'fused' if it is inside the layer. */
export const beforeActivation = (layer: ModelLayer): SymbolicTensor | 'fused' | Refusal => {
  const place = locateLayer(layer)
  if (isRefusal(place)) return place
  const kind = layer.getClassName()
  if (ACTIVATIONS.includes(kind)) return place.input
  if (!FUSED.includes(kind)) return { reason: `a layer of class ${kind} has no activation of its own` }
  return layer.getConfig()['activation'] === 'linear' ? place.output : 'fused'
}

/** The layers whose output is one tensor, shallow to deep, without inputs. */
export const tappableLayers = (model: LayersModel): readonly ModelLayer[] => model.layers.filter((layer) => !isRefusal(locateLayer(layer)))
