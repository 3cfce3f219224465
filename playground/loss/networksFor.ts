/** The networks that a loss needs. */
import { terms, type Feature, type Leaf, type Loss } from 'perceptual-loss'
import { NETWORKS, networkOf, type NetworkName } from './layers.js'

/** The layer at the bottom of a feature; undefined for pixels. */
export const layerOf = (feature: Feature<string, string>): string | undefined => {
  if (feature._tag === 'Transformed') return layerOf(feature.of)
  return feature._tag === 'Layer' ? feature.tap.layer : undefined
}

/** The features of a leaf: one, or those that its metric compares together. */
export const featuresOf = (leaf: Leaf<string, string>): readonly Feature<string, string>[] => [
  leaf.feature,
  ...(leaf._tag === 'Compare' ? (leaf.beside ?? []) : []),
]

/** The networks that have the layers of a loss; for a layer that none has, all of them, so that the error names what there is. */
export const networksFor = (loss: Loss<string, string>): readonly NetworkName[] => {
  const layers = terms(loss).flatMap(({ leaf }) => featuresOf(leaf).flatMap((feature) => layerOf(feature) ?? []))
  const owners = new Set(layers.flatMap((layer) => networkOf(layer) ?? NETWORKS))
  return NETWORKS.filter((name) => owners.has(name))
}
