/**
 * Matches a file of tensors with a network: every layer, every shape, and nothing else except dense layers, which no loss uses.
 */
import { either as E } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { PREPROCESSINGS, type Preprocessing } from '../architecture/preprocessing.js'
import { convolutionsOf, type NetworkTable } from '../architecture/networkTable.js'
import { byFirstFilters, takesRedFirst, type FoundPreprocessing } from './firstFilters.js'
import { namingSchemeOf, type NamingScheme, type FilterOrder, type TensorNames } from './namingSchemes.js'
import type { StoredTensor, TensorFile, Writer } from './tensorFile.js'

/** How a weights file was interpreted. */
export interface WeightsNote {
  readonly network: string
  readonly writer: Writer
  /** The naming scheme of its tensors, as text. */
  readonly names: string
  /** The order of its filters' axes. */
  readonly order: FilterOrder
  /** The number of tensors used. */
  readonly tensors: number
  /** The tensors of dense layers, which are ignored. */
  readonly ignored: readonly string[]
  readonly preprocessing: Preprocessing
  /** The evidence for the preprocessing; 'filters': a VGG's first filters expect images in [0, 255], although its names are torchvision's. */
  readonly preprocessingFrom: 'option' | 'metadata' | 'names' | 'filters'
}

/** Matching weights, and how they were interpreted. */
export interface MatchedWeights extends Weights {
  readonly note: WeightsNote
}

/** The weights of a network from a file; a Left names the first tensor that is missing, unknown or of the wrong shape. Numbers are read on demand. */
export const matchWeights = (table: NetworkTable, file: TensorFile, source: string, said: Preprocessing | undefined): E.Either<LossError, MatchedWeights> => {
  const scheme = namingSchemeOf(table, [...file.tensors.keys()])
  const reading = readingOf(table, file, scheme)
  const problem = tensorsProblem(table, reading)
  const unfit = ({ tensor, received, expected }: Problem): E.Either<LossError, never> =>
    E.left({ _tag: 'WeightsUnfit', source, network: table.name, tensor, received, expected })
  if (problem !== undefined) return unfit(problem)
  const found = preprocessingOf(table, file, reading, said)
  if ('tensor' in found) return unfit(found)
  const { reversed, ...preprocessing } = found
  const layers = new Map(reading.wanted.map((names, i) => [names.convolution, numbers(reading.tensors, names, scheme.order, reversed && i === 0)]))
  const note: WeightsNote = {
    network: table.name,
    writer: file.writer,
    names: scheme.names,
    order: scheme.order,
    tensors: 2 * reading.wanted.length,
    ignored: reading.ignored,
    ...preprocessing,
  }
  return E.right({ preprocessing: preprocessing.preprocessing, layers, note })
}

interface Problem {
  readonly tensor: string
  readonly received: string
  readonly expected: string
}

/** A file's tensors by the names of its naming scheme. */
interface Reading {
  readonly scheme: NamingScheme
  readonly wanted: readonly TensorNames[]
  /** By bare name, with the file's own. */
  readonly tensors: ReadonlyMap<string, { readonly name: string; readonly tensor: StoredTensor }>
  readonly ignored: readonly string[]
  /** The first name of a duplicate tensor. */
  readonly doubled: string | undefined
}

const readingOf = (table: NetworkTable, file: TensorFile, scheme: NamingScheme): Reading => {
  const tensors = new Map<string, { readonly name: string; readonly tensor: StoredTensor }>()
  const ignored: string[] = []
  let doubled: string | undefined
  for (const [name, tensor] of file.tensors) {
    const bare = scheme.bare(name)
    if (scheme.ignored(bare, tensor)) ignored.push(name)
    else if (tensors.has(bare)) doubled ??= name
    else tensors.set(bare, { name, tensor })
  }
  return { scheme, wanted: scheme.wanted(table), tensors, ignored, doubled }
}

const tensorsProblem = (table: NetworkTable, { scheme, wanted, tensors, doubled }: Reading): Problem | undefined => {
  const expected = new Map(wanted.flatMap((names) => shapesOf(table, names, scheme.order)))
  for (const [bare, shape] of expected) {
    const found = tensors.get(bare)
    const problem = { tensor: `the tensor '${found?.name ?? bare}'`, expected: `[${shape.join(', ')}]` }
    if (found === undefined) return { ...problem, received: 'no such tensor' }
    if (found.tensor.shape.join() !== shape.join()) return { ...problem, received: `[${found.tensor.shape.join(', ')}]` }
  }
  if (doubled !== undefined) return { tensor: `the tensor '${doubled}'`, received: 'a second one for the same layer', expected: 'one' }
  const extra = [...tensors].find(([bare]) => !expected.has(bare))
  return extra === undefined
    ? undefined
    : { tensor: `the tensor '${extra[1].name}'`, received: 'an unknown tensor', expected: `only the ${String(expected.size)} of ${table.name}` }
}

const shapesOf = (table: NetworkTable, { convolution, kernel, bias }: TensorNames, order: FilterOrder): readonly (readonly [string, readonly number[]])[] => {
  const row = convolutionsOf(table).find(({ name }) => name === convolution)
  if (row === undefined) return []
  const { size, channels } = row
  return [
    [kernel, order === 'HWIO' ? [size, size, channels.in, channels.out] : [channels.out, channels.in, size, size]],
    [bias, [channels.out]],
  ]
}

type Preprocessed = Pick<WeightsNote, 'preprocessing' | 'preprocessingFrom'> & Pick<FoundPreprocessing, 'reversed'>

const preprocessingOf = (table: NetworkTable, file: TensorFile, { scheme, wanted, tensors }: Reading, said: Preprocessing | undefined): Preprocessed | Problem => {
  const given = said ?? file.metadata.get('preprocessing')
  const preprocessing = given ?? scheme.preprocessing(table, file)
  if (!isPreprocessing(preprocessing))
    return {
      tensor: 'its preprocessing',
      received: preprocessing ?? 'nothing',
      expected: `${PREPROCESSINGS.join(' or ')}, in the file's metadata or as the option preprocessing`,
    }
  const first = (): Float32Array => tensors.get(wanted[0]?.kernel ?? '')?.tensor.values() ?? new Float32Array()
  if (given === undefined) return byFirstFilters(table, preprocessing, first)
  const reversed = given === 'caffe' && scheme.order === 'OIHW' && takesRedFirst(table, first())
  return { preprocessing, preprocessingFrom: said === undefined ? 'metadata' : 'option', reversed }
}

const isPreprocessing = (value: unknown): value is Preprocessing => (PREPROCESSINGS as readonly unknown[]).includes(value)

const numbers = (tensors: Reading['tensors'], { kernel, bias }: TensorNames, order: FilterOrder, reversed: boolean): LayerWeights => {
  const filter = tensors.get(kernel)?.tensor
  return {
    filter: () => (filter === undefined ? new Float32Array() : order === 'HWIO' ? filter.values() : toHwio(filter, reversed)),
    bias: () => tensors.get(bias)?.tensor.values() ?? new Float32Array(),
  }
}

/** [out, in, height, width] to [height, width, in, out], with the input's channels reversed on request. */
const toHwio = ({ shape: [output = 0, input = 0, height = 0, width = 0], values }: StoredTensor, reversed: boolean): Float32Array => {
  const from = values()
  const to = new Float32Array(from.length)
  const positions = height * width
  for (let o = 0, at = 0; o < output; o++)
    for (let i = 0; i < input; i++) for (let position = 0; position < positions; position++, at++) to[(position * input + (reversed ? input - 1 - i : i)) * output + o] = from[at] ?? Number.NaN
  return to
}

/** The same weights with their numbers read, for files that do not stay. */
export const copied = (fit: MatchedWeights): MatchedWeights => ({ ...fit, layers: new Map([...fit.layers].map(([name, layer]) => [name, heldLayer(layer)])) })

const heldLayer = (layer: LayerWeights): LayerWeights => {
  const [filter, bias] = [layer.filter(), layer.bias()]
  return { filter: () => filter, bias: () => bias }
}

/** A convolution's numbers. */
export interface LayerWeights {
  /** [height, width, in, out]. */
  readonly filter: () => Float32Array
  /** [out]. */
  readonly bias: () => Float32Array
}

/** Weights that were found to fit a network: every layer is there, with the right shape. */
export interface Weights {
  readonly preprocessing: Preprocessing
  readonly layers: ReadonlyMap<string, LayerWeights>
}
