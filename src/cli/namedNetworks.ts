/** The networks that losses look with: the package's, or of a person's own weights; each loaded once, when it is first asked for. */
import { alexnet, LossException, mergeExtractors, squeezenet, vgg16, vgg19, type Extractor } from '../index.js'
import { suggestion } from '../node/suggestion.js'
import { UsageError } from './usageError.js'

const LOADERS = {
  vgg16: (weights?: string): Promise<Extractor<string>> => vgg16(weights === undefined ? {} : { weights }),
  alexnet: (weights?: string): Promise<Extractor<string>> => alexnet(weights === undefined ? {} : { weights }),
  vgg19: (weights?: string): Promise<Extractor<string>> => vgg19({ weights: needed('vgg19', weights, "torchvision's vgg19-dcbb9e9d.pth or Keras' .h5") }),
  squeezenet: (weights?: string): Promise<Extractor<string>> =>
    squeezenet({ weights: needed('squeezenet', weights, "torchvision's squeezenet1_1-b8a52dc0.pth") }),
} as const

const needed = (network: string, weights: string | undefined, such: string): string => {
  if (weights !== undefined) return weights
  throw new UsageError(`the package has no weights for ${network}; --weights ${network}=FILE gives it yours, such as ${such}.`)
}

export type NetworkName = keyof typeof LOADERS
const NAMES = Object.keys(LOADERS) as readonly NetworkName[]

/** Networks by name, and those among which a loss of a person's own finds its layers. */
export interface Networks {
  readonly load: (name: NetworkName) => Promise<Extractor<string>>
  /** In the order in which they are tried: networks of the person's own weights, then the package's two as one. */
  readonly candidates: () => Promise<readonly Extractor<string>[]>
}

/** The networks, given what `--weights` came as. */
export const networks = (given: readonly string[]): Networks => {
  const files = new Map(given.map(weightsFile))
  const loaded = new Map<NetworkName, Promise<Extractor<string>>>()
  const load = (name: NetworkName): Promise<Extractor<string>> => {
    const network = loaded.get(name) ?? LOADERS[name](files.get(name))
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
      `--weights came as '${text}'; expected NETWORK=FILE, such as vgg19=vgg19.pth, with a network of ${NAMES.join(', ')}.${suggestion(name ?? '', NAMES)}`,
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
