/**
 * Sizes and costs of a network's layers, without running it.
 */
import type { Shape } from '../../core/error.js'
import type { LayerCost } from '../../core/extractor.js'
import type { Pooling, Tap } from '../../core/feature.js'
import { pooledSide } from './pooling.js'
import type { NetworkTable, TableLayer } from './table.js'

/** The output shape of a layer for an input [batch, height, width, channels]. */
const layerShape = (layer: TableLayer, [batch = 0, height = 0, width = 0, channels = 0]: Shape, pooling: Pooling): Shape =>
  layer.kind === 'convolution' ? [batch, height, width, layer.channels.out] : [batch, pooledSide(height, pooling), pooledSide(width, pooling), channels]

/** The layers up to and with this one. */
const upTo = (table: NetworkTable, name: string): readonly TableLayer[] => table.layers.slice(0, table.layers.findIndex((layer) => layer.name === name) + 1)

const shapeThrough = (layers: readonly TableLayer[], images: Shape, pooling: Pooling): Shape =>
  layers.reduce<Shape>((shape, layer) => layerShape(layer, shape, pooling), images)

/** A tap's shape, or the smallest side for which it has one. */
export const tapShape = (table: NetworkTable, images: Shape, { layer, pooling }: Tap): Shape | { readonly minimum: number } => {
  const layers = upTo(table, layer)
  const shape = shapeThrough(layers, images, pooling)
  return shape.includes(0) ? { minimum: 2 ** layers.filter(({ kind }) => kind === 'pooling').length } : shape
}

/** What the layers up to the deepest of the taps cost for images of this shape. */
export const layerCosts = (table: NetworkTable, images: Shape, pooling: Pooling, taps: readonly Tap[]): readonly LayerCost[] => {
  const depth = Math.max(0, ...taps.map((tap) => upTo(table, tap.layer).length))
  const layers = table.layers.slice(0, depth)
  return layers.map((layer, i) => {
    const shape = shapeThrough(layers.slice(0, i + 1), images, pooling)
    return { layer: layer.name, shape, flops: flopsOf(layer, shape), bytes: 4 * size(shape) }
  })
}

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** Multiply-adds count two; the bias one; a ReLU or a comparison one an output. */
const flopsOf = (layer: TableLayer, output: Shape): number =>
  layer.kind === 'convolution' ? size(output) * (2 * layer.size ** 2 * layer.channels.in + 2) : 4 * size(output)
