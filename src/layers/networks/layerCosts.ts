/**
 * Sizes and costs of a network's layers, without running it.
 */
import type { LayerCost } from '../../core/language/extractor.js'
import type { Pooling, Tap } from '../../core/language/feature.js'
import { SINGLE_PIXEL, composeFields, type ReceptiveField } from '../../core/language/receptiveField.js'
import { blurPooledSide } from '../kernels/blurPool.js'
import { pooledSide } from '../kernels/pooling.js'
import { fireConvolutions, type ConvolutionLayer, type NetworkTable, type TableLayer } from '../architecture/networkTable.js'
import type { Shape } from '../../core/errors/shape.js'

/** The output shape of a layer for an input [batch, height, width, channels]. */
export const layerShape = (layer: TableLayer, [batch = 0, height = 0, width = 0, channels = 0]: Shape, pooling: Pooling): Shape => {
  if (layer.kind === 'fire') return [batch, height, width, layer.channels.expand1x1 + layer.channels.expand3x3]
  const after = (side: number): number => (layer.blurred === true ? blurPooledSide(side) : side)
  if (layer.kind === 'convolution') return [batch, after(convolvedSide(height, layer)), after(convolvedSide(width, layer)), layer.channels.out]
  return [batch, after(pooledSide(height, pooling, layer.window)), after(pooledSide(width, pooling, layer.window)), channels]
}

const convolvedSide = (side: number, { size, window: { stride, padding } }: ConvolutionLayer): number =>
  padding === 'same' ? Math.ceil(side / stride) : Math.max(0, Math.floor((side + 2 * padding - size) / stride) + 1)

/** The layers up to and with this one. */
const upTo = (table: NetworkTable, name: string): readonly TableLayer[] => table.layers.slice(0, table.layers.findIndex((layer) => layer.name === name) + 1)

/** The shape after these layers; a side of 0 stays 0, whatever a later layer pads. */
const shapeThrough = (layers: readonly TableLayer[], images: Shape, pooling: Pooling): Shape =>
  layers.reduce<Shape>((shape, layer) => (shape.includes(0) ? shape : layerShape(layer, shape, pooling)), images)

/** A tap's shape, or the smallest side for which it has one. */
export const tapShape = (table: NetworkTable, images: Shape, { layer, pooling }: Tap): Shape | { readonly minimum: number } => {
  const layers = upTo(table, layer)
  const shape = shapeThrough(layers, images, pooling)
  return shape.includes(0) ? { minimum: smallestSide(layers, pooling) } : shape
}

const smallestSide = (layers: readonly TableLayer[], pooling: Pooling): number => {
  let side = 1
  while (shapeThrough(layers, [1, side, side, 3], pooling).includes(0)) side++
  return side
}

/** The receptive field of a tap's position; undefined if it depends on the picture's size. */
export const tapReceptiveField = (table: NetworkTable, { layer, pooling }: Tap): ReceptiveField | undefined => {
  const fields = upTo(table, layer).map((one) => layerReceptiveField(one, pooling))
  return fields.reduce(
    (receptiveField, next) => (receptiveField === undefined || next === undefined ? undefined : composeFields(receptiveField, next)),
    SINGLE_PIXEL,
  )
}

/** The receptive field of a layer's position in its input. (At strides above 1 'same' padding depends on the input's size; a blur mirrors the input's edges.) */
export const layerReceptiveField = (layer: TableLayer, pooling: Pooling): ReceptiveField | undefined =>
  layer.kind !== 'fire' && layer.blurred === true ? undefined : sharpReceptiveField(layer, pooling)

/** The same, before the blur that may follow. */
export const sharpReceptiveField = (layer: TableLayer, pooling: Pooling): ReceptiveField | undefined => {
  if (layer.kind === 'fire') return { stride: 1, before: 1, size: 3 }
  if (layer.kind === 'pooling')
    return pooling === 'l2' ? { stride: 2, before: 1, size: 3 } : { stride: layer.window.stride, before: 0, size: layer.window.size }
  const { size, window: { stride, padding } } = layer // prettier-ignore
  if (padding !== 'same') return { stride, before: padding, size }
  return stride === 1 ? { stride, before: Math.floor((size - 1) / 2), size } : undefined
}

/** The costs of the layers up to the deepest tap for images of this shape. */
export const layerCosts = (table: NetworkTable, images: Shape, pooling: Pooling, taps: readonly Tap[]): readonly LayerCost[] => {
  const depth = Math.max(0, ...taps.map((tap) => upTo(table, tap.layer).length))
  const layers = table.layers.slice(0, depth)
  return layers.map((layer, i) => {
    const shape = shapeThrough(layers.slice(0, i + 1), images, pooling)
    return { layer: layer.name, shape, flops: flopsOf(layer, shape), bytes: 4 * size(shape) }
  })
}

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** Per output: a multiply-add counts two; the bias one; a ReLU or a comparison one. */
const flopsOf = (layer: TableLayer, output: Shape): number => {
  const positions = size(output.slice(0, 3))
  const convolved = (convolution: ConvolutionLayer): number => positions * convolution.channels.out * (2 * convolution.size ** 2 * convolution.channels.in + 2)
  if (layer.kind === 'fire') return fireConvolutions(layer).reduce((sum, convolution) => sum + convolved(convolution), 0)
  const own = layer.kind === 'pooling' ? size(output) * layer.window.size ** 2 : convolved(layer)
  // The blur halves the sides of what comes before it, with 9 products and sums for each position that it keeps.
  return layer.blurred === true ? 4 * own + 18 * size(output) : own
}
