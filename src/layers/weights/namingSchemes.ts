/**
 * How files name a network's layers: a naming scheme defines the names of each convolution's tensors, the order of their axes, and what else may be present.
 */
import type { Preprocessing } from '../architecture/preprocessing.js'
import { convolutionsOf, fireConvolutions, type NetworkTable, type TableLayer } from '../architecture/networkTable.js'
import type { StoredTensor, TensorFile } from './tensorFile.js'

/** The order of a filter's axes: [height, width, in, out], or [out, in, height, width]. */
export type FilterOrder = 'HWIO' | 'OIHW'

/** The names of a convolution's tensors. */
export interface TensorNames {
  /** The convolution's name in the table. */
  readonly convolution: string
  readonly kernel: string
  readonly bias: string
}

/** A naming scheme. */
export interface NamingScheme {
  /** Its description for people. */
  readonly names: string
  readonly order: FilterOrder
  /** A tensor's name without prefixes from training programs. */
  readonly bare: (name: string) => string
  readonly wanted: (table: NetworkTable) => readonly TensorNames[]
  /** Whether the tensor belongs to a dense layer, which no loss uses. */
  readonly ignored: (name: string, tensor: StoredTensor) => boolean
  /** The preprocessing used in training, as implied by the names. */
  readonly preprocessing: (table: NetworkTable, file: TensorFile) => Preprocessing | undefined
}

const VGG_ALIAS = /^conv\d_\d$/

const isVgg = ({ aliases }: NetworkTable): boolean => Object.keys(aliases).some((alias) => VGG_ALIAS.test(alias))

const isDense = ({ shape }: StoredTensor): boolean => shape.length <= 2

/** This package's, which are Keras' for a VGG: `block1_conv1/kernel`. */
const keras: NamingScheme = {
  names: "Keras' names",
  order: 'HWIO',
  bare: (name) => name,
  wanted: (table) => convolutionsOf(table).map(({ name }) => ({ convolution: name, kernel: `${name}/kernel`, bias: `${name}/bias` })),
  ignored: (name, tensor) => /^(fc\d*|predictions|dense(_\d+)?)\/(kernel|bias)$/.test(name) && isDense(tensor),
  preprocessing: (table, { writer }) => (writer === 'Keras' && isVgg(table) ? 'caffe' : undefined),
}

/** Keras 3's where a file does not have the layers' names: they are counted. */
const counted: NamingScheme = {
  ...keras,
  names: "Keras 3's counted layers",
  wanted: (table) =>
    convolutionsOf(table).map(({ name }, i) => {
      const layer = `layers/conv2d${i === 0 ? '' : `_${String(i)}`}/vars`
      return { convolution: name, kernel: `${layer}/0`, bias: `${layer}/1` }
    }),
  ignored: (name, tensor) => /^layers\/dense(_\d+)?\/vars\/[01]$/.test(name) && isDense(tensor),
}

/** torchvision's: a layer's position among `features`, where a ReLU and a pooling have one of their own. */
const torchvision: NamingScheme = {
  names: "torchvision's names",
  order: 'OIHW',
  bare: (name) => name.replace(/^(?:\w+\.)*(?=(?:features|classifier)\.\d)/, ''),
  wanted: (table) => positions(table, 'features.'),
  ignored: (name) => /^classifier\.\d+\.(weight|bias)$/.test(name),
  preprocessing: () => 'torchvision',
}

/** torchvision's without `features`, as `model.features.state_dict()` has them: `0.weight`. */
const torchvisionFeatures: NamingScheme = {
  ...torchvision,
  names: "torchvision's names of features alone",
  bare: (name) => name.replace(/^(?:(?!classifier\.)[a-z_]\w*\.)*(?=\d+\.)/i, ''),
  wanted: (table) => positions(table, ''),
}

const positions = (table: NetworkTable, before: string): readonly TensorNames[] => {
  let position = 0
  return table.layers.flatMap((layer) => {
    const at = `${before}${String(position)}`
    position += layer.kind === 'convolution' ? 2 : 1
    return partsOf(layer).map(([convolution, part]) => ({ convolution, kernel: `${at}${part}.weight`, bias: `${at}${part}.bias` }))
  })
}

/** A layer's convolutions: their names in the table, and what stands for them behind the layer's position. */
const partsOf = (layer: TableLayer): readonly (readonly [convolution: string, part: string])[] => {
  if (layer.kind === 'pooling') return []
  if (layer.kind === 'convolution') return [[layer.name, '']]
  return fireConvolutions(layer).map(({ name }) => [name, `.${name.slice(layer.name.length + 1)}`])
}

/** Papers', in PyTorch: `conv1_1.weight`, from the weights that Oxford published for Caffe. */
const papers: NamingScheme = {
  names: "papers' names",
  order: 'OIHW',
  bare: (name) => name.replace(/^(?:\w+\.)*(?=(?:conv|fc)\d)/, ''),
  wanted: (table) => {
    const aliases = Object.entries(table.aliases).filter(([alias]) => VGG_ALIAS.test(alias))
    return convolutionsOf(table).map(({ name }) => {
      const called = aliases.find(([, { layer }]) => layer === name)?.[0] ?? name.replace('/', '.')
      return { convolution: name, kernel: `${called}.weight`, bias: `${called}.bias` }
    })
  },
  ignored: (name) => /^fc\d\.(weight|bias)$/.test(name),
  preprocessing: (table) => (isVgg(table) ? 'caffe' : undefined),
}

/** The naming scheme that knows the most names of a file. */
export const namingSchemeOf = (table: NetworkTable, names: readonly string[]): NamingScheme => {
  const known = (scheme: NamingScheme): number => {
    const wanted = new Set(scheme.wanted(table).flatMap(({ kernel, bias }) => [kernel, bias]))
    return names.filter((name) => wanted.has(scheme.bare(name))).length
  }
  return [torchvision, torchvisionFeatures, papers, counted].reduce((best, scheme) => (known(scheme) > known(best) ? scheme : best), keras)
}
