/**
 * The networks of Python modules: the same tables of layers, with the libraries' or the package's weights.
 */
import type { Catalogue } from '../core/language/extractor.js'
import type { Tap } from '../core/language/feature.js'
import { resolve } from '../layers/networks/network.js'
import { convolutionsOf, type ConvolutionLayer, type NetworkTable, type PoolingLayer, type TableLayer } from '../layers/architecture/networkTable.js'
import { ALEXNET_SHIFT_TOLERANT } from '../layers/networks/alexnetShiftTolerant.js'
import { builtInNetworks, type NetworkName } from '../layers/networks/index.js'
import { literal } from './literal.js'

/** The name of a network in Python. */
export type PythonNetwork = NetworkName | 'alexnetShiftTolerant'

/** Every name. */
export const PYTHON_NETWORKS: readonly PythonNetwork[] = [...(Object.keys(builtInNetworks) as NetworkName[]), 'alexnetShiftTolerant']

const tableOf = (name: PythonNetwork): NetworkTable => (name === 'alexnetShiftTolerant' ? ALEXNET_SHIFT_TOLERANT : builtInNetworks[name].table)

/** The layers of networks, for planning a loss without loading any: a layer belongs to the first network that has it. */
export const catalogue = (networks: readonly PythonNetwork[]): Catalogue => {
  const parts = networks.map((name): Catalogue => ({
    name,
    layers: tableOf(name).layers.map((layer) => layer.name),
    resolve: (tap) => resolve(tableOf(name), tap),
  }))
  return {
    name: networks.join(' + '),
    layers: parts.flatMap(({ layers }) => layers),
    parts,
    resolve: (tap) => parts.map((part) => part.resolve(tap)).find((found) => found !== undefined),
  }
}

/** The network that a resolved layer belongs to. */
export const networkOf = (networks: readonly PythonNetwork[], { layer }: Tap): PythonNetwork | undefined =>
  networks.find((name) => tableOf(name).layers.some((row) => row.name === layer))

/** A network's layers to the deepest of the taps, as a list of rows; and the names of its convolutions. */
export const networkText = (network: PythonNetwork, taps: readonly Tap[]): { readonly rows: string; readonly convolutions: string } => {
  const table: NetworkTable = tableOf(network)
  const depth = Math.max(...taps.map(({ layer }) => table.layers.findIndex(({ name }) => name === layer)))
  const layers = table.layers.slice(0, depth + 1)
  return {
    rows: `${network.toUpperCase()} = [\n${layers.map((layer) => `    ${row(layer)},`).join('\n')}\n]`,
    convolutions: `    "${network}": [${convolutionsOf({ ...table, layers })
      .map(({ name }) => literal(name))
      .join(', ')}],`,
  }
}

const row = (layer: TableLayer): string => {
  switch (layer.kind) {
    case 'convolution':
      return tuple(kindOf(layer), layer.name, layer.window.stride, layer.window.padding === 'same' ? Math.floor(layer.size / 2) : layer.window.padding)
    case 'pooling':
      return tuple(kindOf(layer), layer.name, layer.window.size, layer.window.stride, layer.window.rounding === 'ceil')
    case 'fire':
      return tuple('fire', layer.name)
  }
}

const kindOf = ({ kind, blurred }: ConvolutionLayer | PoolingLayer): string => (blurred === true ? `blurred ${kind}` : kind)

const tuple = (...values: readonly (string | number | boolean)[]): string => `(${values.map(literal).join(', ')})`
