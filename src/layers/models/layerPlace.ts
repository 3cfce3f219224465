/**
 * Where a layer stands in a model: the symbolic tensors that go in and come out.
 */
import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs'

/** A layer of tfjs. */
export type ModelLayer = layers.Layer

/** Why something cannot be had: a clause that ends a sentence. */
export interface Refusal {
  readonly reason: string
}

/** Whether this is a refusal. */
export const isRefusal = (value: object): value is Refusal => 'reason' in value

/** Whether this is what was asked for. */
export const isModelInput = <T extends object>(value: T | Refusal): value is T => !isRefusal(value)

/** Where a layer stands. */
export interface Place {
  readonly input: SymbolicTensor
  readonly output: SymbolicTensor
}

/** The one place of a layer; a model has a node of its own besides those where it is used, which has nothing before it. */
export const locateLayer = (layer: ModelLayer): Place | Refusal => {
  const used = layer.inboundNodes.filter(({ inboundLayers }) => inboundLayers.length > 0)
  const [place] = used
  if (place === undefined) return { reason: 'it is an input' }
  if (used.length > 1) return { reason: `it is used at ${String(used.length)} places, so its name does not mean one tensor` }
  const [[input], [output, ...others]] = [place.inputTensors, place.outputTensors]
  return input === undefined || output === undefined || others.length > 0 ? { reason: 'it gives several tensors' } : { input, output }
}

/** Layers that are an activation and nothing else. */
const ACTIVATIONS = ['Activation', 'ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax']

/** Layers whose activation comes last, after all that their weights do. */
const FUSED = ['Conv2D', 'Conv2DTranspose', 'DepthwiseConv2D', 'SeparableConv2D', 'Dense']

/** What stands before a layer's activation; 'fused' where that is inside the layer. */
export const beforeActivation = (layer: ModelLayer): SymbolicTensor | 'fused' | Refusal => {
  const place = locateLayer(layer)
  if (isRefusal(place)) return place
  const kind = layer.getClassName()
  if (ACTIVATIONS.includes(kind)) return place.input
  if (!FUSED.includes(kind)) return { reason: `a layer of the class ${kind} has no activation of its own, so nothing is before it` }
  return layer.getConfig()['activation'] === 'linear' ? place.output : 'fused'
}

/** The layers whose output is one tensor, shallow to deep, without inputs. */
export const tappableLayers = (model: LayersModel): readonly ModelLayer[] => model.layers.filter((layer) => !isRefusal(locateLayer(layer)))
