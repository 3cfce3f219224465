/**
 * Whether a file of tensors holds a network's weights: every layer, every shape, nothing else.
 */
import { either as E } from 'fp-ts'
import type { LossError } from '../../core/error.js'
import { PREPROCESSINGS, type Preprocessing } from '../network/preprocessing.js'
import { convolutionsOf, type NetworkTable } from '../network/table.js'
import type { LayerWeights, Weights } from '../network/weights.js'
import type { StoredTensor, TensorFile } from './safetensors.js'

/** The weights of a network from a file; a Left names the first tensor that is missing, too many or of the wrong shape. */
export const fitWeights = (table: NetworkTable, file: TensorFile, source: string, said: Preprocessing | undefined): E.Either<LossError, Weights> => {
  const unfit = (tensor: string, came: string, expected: string): E.Either<LossError, never> =>
    E.left({ _tag: 'WeightsUnfit', source, network: table.name, tensor, came, expected })
  const wanted = wantedTensors(table)
  for (const [name, shape] of wanted) {
    const tensor = file.tensors.get(name)
    if (tensor === undefined) return unfit(`the tensor '${name}'`, 'missing', `[${shape.join(', ')}]`)
    if (tensor.shape.join() !== shape.join()) return unfit(`the tensor '${name}'`, `[${tensor.shape.join(', ')}]`, `[${shape.join(', ')}]`)
  }
  const extra = [...file.tensors.keys()].find((name) => !wanted.has(name))
  if (extra !== undefined) return unfit(`the tensor '${extra}'`, 'an unknown tensor', `only the ${String(wanted.size)} of ${table.name}`)
  const preprocessing = said ?? file.metadata.get('preprocessing')
  if (!isPreprocessing(preprocessing))
    return unfit('its preprocessing', preprocessing ?? 'nothing', `${PREPROCESSINGS.join(' or ')}, in the file's metadata or as the option preprocessing`)
  return E.right({ preprocessing, layers: new Map(convolutionsOf(table).map(({ name }) => [name, numbers(file.tensors, name)])) })
}

const isPreprocessing = (value: unknown): value is Preprocessing => (PREPROCESSINGS as readonly unknown[]).includes(value)

const wantedTensors = (table: NetworkTable): ReadonlyMap<string, readonly number[]> =>
  new Map<string, readonly number[]>(
    convolutionsOf(table).flatMap(({ name, size, channels }) => [
      [`${name}/kernel`, [size, size, channels.in, channels.out]] as const,
      [`${name}/bias`, [channels.out]] as const,
    ]),
  )

const numbers = (tensors: ReadonlyMap<string, StoredTensor>, layer: string): LayerWeights => {
  const values = (name: string) => () => tensors.get(`${layer}/${name}`)?.values() ?? new Float32Array()
  return { filter: values('kernel'), bias: values('bias') }
}
