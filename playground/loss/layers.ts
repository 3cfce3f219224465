/** The layers that a loss can look at, known to the page before any network is loaded. */

/** The networks whose weights are in the package. */
export const NETWORKS = ['vgg16', 'alexnet'] as const
export type NetworkName = (typeof NETWORKS)[number]

const counted = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Shallow to deep. */
export const LAYERS: Readonly<Record<NetworkName, readonly string[]>> = {
  vgg16: [2, 2, 3, 3, 3].flatMap((convolutions, i) => [
    ...counted(convolutions).map((n) => `block${String(i + 1)}_conv${String(n)}`),
    `block${String(i + 1)}_pool`,
  ]),
  alexnet: ['conv1', 'pool1', 'conv2', 'pool2', 'conv3', 'conv4', 'conv5', 'pool5'],
}

/** The network of the first loss: small enough to be downloaded unasked. */
export const FIRST_NETWORK: NetworkName = 'alexnet'

/** How people call the networks, and how much of their weights is fetched once. */
export const NETWORK_TITLES: Readonly<Record<NetworkName, { readonly title: string; readonly megabytes: number }>> = {
  vgg16: { title: 'VGG16', megabytes: 33 },
  alexnet: { title: 'AlexNet', megabytes: 10 },
}

/** Papers' names of the layers: `relu3_3`, `conv3_3`, and AlexNet's `relu3`. */
const ALIASES: readonly (readonly [RegExp, NetworkName])[] = [
  [/^(relu|conv)[1-5]_[1-3]$/, 'vgg16'],
  [/^relu[1-5]$/, 'alexnet'],
]

/** The network that has this layer, by its name or a paper's. */
export const networkOf = (layer: string): NetworkName | undefined =>
  NETWORKS.find((network) => LAYERS[network].includes(layer)) ?? ALIASES.find(([pattern]) => pattern.test(layer))?.[1]
