/** The networks of the package, each loaded when a loss first looks at it. */
import { alexnet, mergeExtractors, terms, vgg16, type Extractor, type Feature, type Loss } from 'perceptual-loss'
import { NETWORKS, networkOf, type NetworkName } from '../loss/layers.js'

const LOADERS: Readonly<Record<NetworkName, () => Promise<Extractor<string>>>> = { vgg16: () => vgg16(), alexnet: () => alexnet() }

const loaded = new Map<NetworkName, Promise<Extractor<string>>>()

const load = (name: NetworkName): Promise<Extractor<string>> => {
  const network = loaded.get(name) ?? LOADERS[name]()
  loaded.set(name, network)
  // What failed once is tried again.
  network.catch(() => loaded.delete(name))
  return network
}

const layerOf = (feature: Feature<string, string>): string | undefined => {
  if (feature._tag === 'Transformed') return layerOf(feature.of)
  return feature._tag === 'Layer' ? feature.tap.layer : undefined
}

/** The networks that have the layers of a loss; a layer that none has is asked of all, so that the error names what there is. */
export const networksFor = (loss: Loss<string, string>): readonly NetworkName[] => {
  const layers = terms(loss).flatMap(({ leaf }) => layerOf(leaf.feature) ?? [])
  const owners = new Set(layers.flatMap((layer) => networkOf(layer) ?? NETWORKS))
  return NETWORKS.filter((name) => owners.has(name))
}

/** What a loss looks with, if it looks with anything; says which networks it loads. */
export const extractorFor = async (loss: Loss<string, string>, loading: (network: NetworkName) => void): Promise<Extractor<string> | undefined> => {
  const names = networksFor(loss)
  names.filter((name) => !loaded.has(name)).forEach(loading)
  const [first, second] = await Promise.all(names.map(load))
  return first === undefined || second === undefined ? first : mergeExtractors<string, string>(first, second)
}
