/**
 * Sizes and costs of a model's layers, by the model's own shape inference.
 */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import type { LayerCost, Unfit } from '../../core/language/extractor.js'
import { isModelInput, locateLayer, tappableLayers, type ModelLayer } from './layerPlace.js'
import type { Shape } from '../../core/errors/shape.js'

/** The model's declared input, [batch, height, width, 3]; null for any size. */
const declared = (model: LayersModel): readonly (number | null)[] => model.inputs[0]?.shape ?? []

/** The model cut off at these tensors. */
export const cutAt = (model: LayersModel, outputs: readonly SymbolicTensor[]): LayersModel => tf.model({ inputs: model.inputs, outputs: [...outputs] })

/** Each tensor once. */
export const distinct = (outputs: readonly SymbolicTensor[]): readonly SymbolicTensor[] =>
  outputs.filter(({ id }, i) => outputs.findIndex((other) => other.id === id) === i)

/** The shape of a tensor of the model for a batch of images, or why there is none. */
export const shapeAt = (model: LayersModel, output: SymbolicTensor, images: Shape): Shape | Unfit => {
  const [batch = null, height = null, width = null] = declared(model)
  if ((height ?? images[1]) !== images[1] || (width ?? images[2]) !== images[2]) {
    const [h, w] = [height, width].map((side) => (side === null ? 'any' : String(side)))
    return { reason: `the model takes pictures of ${h ?? ''} x ${w ?? ''}; resize them, or build the model for any size (inputShape [null, null, 3])` }
  }
  if ((batch ?? images[0]) !== images[0]) return { reason: `the model takes batches of ${String(batch)}` }
  const cut = cutAt(model, [output])
  const shape = shapeThrough(cut, images)
  if (typeof shape !== 'string' && fits(shape)) return shape
  const minimum = smallestSide(cut)
  return minimum === undefined ? { reason: typeof shape === 'string' ? shape : `its shape would be [${shape.join(', ')}]` } : { minimum }
}

const fits = (shape: Shape): boolean => shape.every((side) => Number.isInteger(side) && side > 0)

/** The inferred shape, or the error. */
const shapeThrough = (cut: LayersModel, images: Shape): Shape | string => {
  try {
    return cut.computeOutputShape([...images]) as Shape
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const LARGEST_SIDE = 4096

/** The smallest square input, by bisection; undefined if none works, or the model has a fixed size. */
const smallestSide = (cut: LayersModel): number | undefined => {
  const goesThrough = (side: number): boolean => {
    const shape = shapeThrough(cut, [1, side, side, 3])
    return typeof shape !== 'string' && fits(shape)
  }
  const [, height = null, width = null] = declared(cut)
  if (height !== null || width !== null || !goesThrough(LARGEST_SIDE)) return undefined
  let [none, some] = [0, LARGEST_SIDE]
  while (some - none > 1) {
    const middle = (none + some) >> 1
    if (goesThrough(middle)) some = middle
    else none = middle
  }
  return some
}

/** The costs of the layers that run for these tensors, in order. */
export const modelCosts = (model: LayersModel, outputs: readonly SymbolicTensor[], images: Shape): readonly LayerCost[] => {
  const layers = tappableLayers(cutAt(model, distinct(outputs)))
  const places = layers.map(locateLayer).filter(isModelInput)
  const ends = places.map(({ output }) => output)
  const inferred = cutAt(model, ends).computeOutputShape([...images])
  const shapes = (ends.length === 1 ? [inferred] : inferred) as readonly Shape[]
  const shapeOf = ({ id }: SymbolicTensor): Shape => shapes[ends.findIndex((end) => end.id === id)] ?? images
  return places.flatMap(({ input, output }, i) => layerCosts(layers[i], shapeOf(input), shapeOf(output)))
}

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** A layer's cost; for a nested model those of its layers. */
const layerCosts = (layer: ModelLayer | undefined, input: Shape, output: Shape): readonly LayerCost[] => {
  if (layer === undefined) return []
  if (layer instanceof tf.LayersModel) return modelCosts(layer, layer.outputs, input)
  return [{ layer: layer.name, shape: output, flops: flopsOf(layer, input, output), bytes: 4 * size(output) }]
}

/** Every kernel is applied at each position (a transposed convolution's at each of its input); everything else is one operation per element. */
const flopsOf = (layer: ModelLayer, input: Shape, output: Shape): number => {
  const kernels = layer.weights.filter(({ shape }) => shape.length > 1).reduce((sum, { shape }) => sum + size(shape as Shape), 0)
  const positions = size((layer.getClassName() === 'Conv2DTranspose' ? input : output).slice(0, -1))
  return 2 * kernels * positions + size(output)
}
