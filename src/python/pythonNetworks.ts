/**
 * The networks that a Python module can look at: the same tables of layers as here, with the libraries' or the package's weights.
 */
import type { Catalogue } from '../core/language/extractor.js'
import type { Tap } from '../core/language/feature.js'
import { ALEXNET } from '../layers/networks/alexnet.js'
import { resolve } from '../layers/networks/network.js'
import { convolutionsOf, type NetworkTable, type TableLayer } from '../layers/architecture/networkTable.js'
import { SQUEEZENET } from '../layers/networks/squeezenet.js'
import { VGG16 } from '../layers/networks/vgg16.js'
import { VGG19 } from '../layers/networks/vgg19.js'
import { literal } from './literal.js'

const TABLES = { vgg16: VGG16, vgg19: VGG19, alexnet: ALEXNET, squeezenet: SQUEEZENET } as const

/** A network that Python has, too. */
export type PythonNetwork = keyof typeof TABLES

/** Every name. */
export const PYTHON_NETWORKS = Object.keys(TABLES) as readonly PythonNetwork[]

/** The layers of networks, for planning a loss without loading any: a layer belongs to the first network that has it. */
export const catalogue = (networks: readonly PythonNetwork[]): Catalogue => {
  const parts = networks.map((name): Catalogue => ({
    name,
    layers: TABLES[name].layers.map((layer) => layer.name),
    resolve: (tap) => resolve(TABLES[name], tap),
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
  networks.find((name) => TABLES[name].layers.some((row) => row.name === layer))

/** A network's layers to the deepest of the taps, as a list of rows; and the names of its convolutions. */
export const networkText = (network: PythonNetwork, taps: readonly Tap[]): { readonly rows: string; readonly convolutions: string } => {
  const table: NetworkTable = TABLES[network]
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
      return tuple('convolution', layer.name, layer.window.stride, layer.window.padding === 'same' ? Math.floor(layer.size / 2) : layer.window.padding)
    case 'pooling':
      return tuple('pooling', layer.name, layer.window.size, layer.window.stride, layer.window.rounding === 'ceil')
    case 'fire':
      return tuple('fire', layer.name)
  }
}

const tuple = (...values: readonly (string | number | boolean)[]): string => `(${values.map(literal).join(', ')})`
