/**
 * The losses of docs/choosing-a-metric.md, in groups: every metric and recipe that compares two pictures with what the package ships, each as its page shows it.
 */
import { lpips, msGmsd, pixels } from '../../src/index.js'
import { catalogue, type AnyLoss, type Entry, type NetworkName } from './catalogue.js'

/** One row of the table and one panel of the curves. */
export interface Compared {
  readonly name: string
  /** The name of its page. */
  readonly page: string
  readonly group: Group
  readonly loss: AnyLoss
  readonly network?: NetworkName
}

/** Their titles and members: the names of their pages, or of a variant. */
const GROUPS = {
  pixels: {
    title: 'Pixel by pixel',
    names: ['mse', 'mae', 'huber', 'charbonnier', 'laplacianPyramid', 'focalFrequency', 'ciede2000', 'flip'],
  },
  windows: {
    title: 'Statistics of windows',
    names: ['ssim', 'msSsim', 'iwSsim', 'cwSsim', 'vif', 'dss', 'nlpd', 'ssimulacra2'],
  },
  edges: {
    title: 'Edges and details',
    names: ['gmsd', 'msGmsd', 'msGmsd (chromatic)', 'mdsi', 'haarPsi', 'fsim', 'srSim', 'vsi'],
  },
  features: {
    title: 'Features of a network',
    names: ['lpips (AlexNet)', 'lpips (VGG16)', 'stLpips', 'perceptual', 'johnsonContent', 'cosine', 'weightedChannels', 'contextual'],
  },
  statistics: {
    title: 'Statistics of features of a network',
    names: [
      ...['dists', 'aDists', 'structureTexture', 'adaptiveStructureTexture', 'wassersteinDistortion', 'localStatistics'],
      ...['slicedWasserstein', 'squaredFrobenius', 'gatysStyle', 'johnsonStyle'],
    ],
  },
} as const

export type Group = keyof typeof GROUPS

/** The groups with their titles, in the order of the page. */
export const groups: readonly { readonly group: Group; readonly title: string }[] = (Object.keys(GROUPS) as Group[]).map((group) => ({
  group,
  title: GROUPS[group].title,
}))

/** What has a page, but several forms worth a row. */
const VARIANTS: Readonly<Record<string, Pick<Compared, 'page' | 'loss' | 'network'>>> = {
  'lpips (AlexNet)': { page: 'lpips', loss: lpips(), network: 'alexnet' },
  'lpips (VGG16)': { page: 'lpips', loss: lpips({ net: 'vgg' }), network: 'vgg16' },
  'msGmsd (chromatic)': { page: 'msGmsd', loss: msGmsd(pixels, { chromatic: true }) },
}

const SHIPPED: readonly (NetworkName | undefined)[] = [undefined, 'alexnet', 'alexnetShiftTolerant', 'vgg16']

/** Whether a loss compares two pictures with what the package ships. */
export const isComparable = ({ kind, network }: Entry): boolean => (kind === 'metric' || kind === 'recipe') && SHIPPED.includes(network)

const byName = (name: string): Pick<Compared, 'page' | 'loss' | 'network'> => {
  const entry = catalogue.find(({ id }) => id === name)
  const found = VARIANTS[name] ?? (entry && { page: entry.id, ...entry })
  if (found === undefined) throw new Error(`scripts/docs/compared.ts names '${name}', which has no page in scripts/docs/catalogue.ts.`)
  const { page, loss, network } = found
  return network === undefined ? { page, loss } : { page, loss, network }
}

/** All of them, in the order of the page. */
export const compared: readonly Compared[] = groups.flatMap(({ group }) => GROUPS[group].names.map((name) => ({ name, group, ...byName(name) })))
