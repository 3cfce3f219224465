/** The networks of losses, with the package's or the user's weights; each is loaded once, on first use. */
import { alexnetShiftTolerant, builtInNetworks, LossException, mergeExtractors, type Extractor, type NetworkName } from '../index.js'
import { suggestion } from '../node/suggestion.js'
import { UsageError } from './usageError.js'

/** A network that a named loss uses: one that takes the user's weights, or that of shift-tolerant LPIPS, which has its own. */
export type LossNetwork = NetworkName | 'alexnetShiftTolerant'

const NAMES = Object.keys(builtInNetworks) as readonly NetworkName[]

/** Loads a network from the user's weights, or the package's where it has them. */
const loadNamed = async (name: LossNetwork, weights: string | undefined): Promise<Extractor<string>> => {
  if (name === 'alexnetShiftTolerant') return alexnetShiftTolerant()
  try {
    return await builtInNetworks[name].load(weights === undefined ? {} : { weights })
  } catch (error) {
    if (!(error instanceof LossException) || error.error._tag !== 'WeightsMissing') throw error
    throw new UsageError(`the package does not contain weights for ${name}; pass your own with --weights ${name}=FILE, such as ${error.error.files}.`)
  }
}

/** Networks by name, and the candidates for the user's own losses. */
export interface Networks {
  readonly load: (name: LossNetwork) => Promise<Extractor<string>>
  /** In the order they are tried: networks with the user's weights, then the package's two as one. */
  readonly candidates: () => Promise<readonly Extractor<string>[]>
}

/** The networks for the values of `--weights`. */
export const networks = (given: readonly string[]): Networks => {
  const files = new Map<LossNetwork, string>(given.map(weightsFile))
  const loaded = new Map<LossNetwork, Promise<Extractor<string>>>()
  const load = (name: LossNetwork): Promise<Extractor<string>> => {
    const network = loaded.get(name) ?? loadNamed(name, files.get(name))
    loaded.set(name, network)
    return network
  }
  return {
    load,
    candidates: async () => [...(await Promise.all([...files.keys()].map(load))), mergeExtractors<string, string>(await load('vgg16'), await load('alexnet'))],
  }
}

const weightsFile = (text: string): readonly [NetworkName, string] => {
  const [name, ...rest] = text.split('=')
  const found = NAMES.find((one) => one === name?.toLowerCase())
  if (found === undefined || rest.length === 0)
    throw new UsageError(
      `--weights: received '${text}', expected NETWORK=FILE, such as vgg19=vgg19.pth, with a network of ${NAMES.join(', ')}.${suggestion(name ?? '', NAMES)}`,
    )
  return [found, rest.join('=')]
}

/** The first of the candidates that has this layer. */
export const extractorWith = async (layer: string, { candidates }: Networks): Promise<Extractor<string>> => {
  const all = await candidates()
  const found = all.find(({ resolve }) => {
    const tap = resolve({ layer, activation: 'post', pooling: 'max' })
    return tap !== undefined && !('reason' in tap)
  })
  if (found !== undefined) return found
  const { name, layers } = all.at(-1) ?? { name: 'no network', layers: [] }
  throw new LossException({ _tag: 'UnknownLayer', layer, extractor: name, known: layers })
}
