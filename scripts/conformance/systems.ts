/** Where the suite runs, and how much of it. */
import { show } from '../../src/index.js'
import { CASES, isBrief, isQuick, type Case, type NetworkName } from './suite.js'

/** Backends in processes of Node. */
export const IN_NODE = ['cpu', 'wasm', 'wasm, 2 threads', 'native', 'webgpu in Node'] as const
export type NodeSystem = (typeof IN_NODE)[number]

/** Backends in Chromium. */
export const IN_CHROMIUM = ['webgl', 'webgpu', 'webgl of float16'] as const
export type ChromiumSystem = (typeof IN_CHROMIUM)[number]

export type System = NodeSystem | ChromiumSystem
export const SYSTEMS: readonly System[] = ['cpu', 'wasm', 'wasm, 2 threads', 'native', 'webgl', 'webgpu', 'webgpu in Node']

/** Measured for the document, and not held to bounds. */
export const UNHELD: readonly System[] = ['webgl of float16']

/** Those with fast convolutions, on which networks see whole pictures. A graphics card is SwiftShader here, which computes its programs on the processor. */
const FAST: readonly System[] = ['wasm', 'wasm, 2 threads', 'native']

/** Those that compile each program anew in each process, for seconds each, and see no generated options. */
const BRIEF: readonly System[] = ['webgpu', 'webgpu in Node', 'webgl of float16']

/** Whether a system has the time for a case. */
const runsOn = (system: System, entry: Case): boolean => (FAST.includes(system) || isQuick(entry)) && (!BRIEF.includes(system) || isBrief(entry))

/**
 * How many of its cases a system runs: all; or, of the two that share TensorFlow.js' programs for WebGPU and Dawn, half each, of a loss's three pairs of pictures at a kink one, and none of
 * VGG19. WebGL runs every pair, and VGG19.
 */
export type Extent = 'whole' | 'shared'

const SHARING: readonly System[] = ['webgpu', 'webgpu in Node']

/** The kinds of pairs at a kink. */
export const AT_KINKS = ['identical', 'black', 'flat'] as const

/** Cases with the same programs: those of a network, or one loss on several pairs of pictures. They are shared as a whole, so that each program is compiled by one of the two systems. */
const familyOf = ({ network, loss }: Case): string => network ?? show(loss)

/** Its layers are those of VGG16, some once more, on the same sizes: the same programs, in which software spends 110 s. */
const SAME_AS_VGG16: NetworkName = 'vgg19'

/** Networks and larger pictures take the longest. */
const rankOf = ({ network, pictures }: Case): number => (network !== undefined ? 0 : /small|middle/i.test(pictures) ? 1 : 2)

const shared = (system: System, whole: readonly Case[]): readonly Case[] => {
  const entries = whole.filter(({ network }) => network !== SAME_AS_VGG16)
  // In the order of rank, so that both systems get as many of the slow ones.
  const families = [...new Set([...entries].sort((a, b) => rankOf(a) - rankOf(b)).map(familyOf))]
  return entries.filter((entry) => {
    const place = families.indexOf(familyOf(entry))
    // The next kind of pair for the next family of a system.
    const kind = AT_KINKS[Math.floor(place / SHARING.length) % AT_KINKS.length] ?? 'identical'
    return place % SHARING.length === SHARING.indexOf(system) && (entry.group !== 'kinks' || entry.pictures.startsWith(kind))
  })
}

/** Each family together: SwiftShader forgets the oldest of many programs, and would compile those of a family once more for its later cases. */
const byFamily = (entries: readonly Case[]): readonly Case[] => {
  const families = [...new Set(entries.map(familyOf))]
  return [...entries].sort((a, b) => families.indexOf(familyOf(a)) - families.indexOf(familyOf(b)))
}

/** What a system runs, in order, given the networks whose weights are there. */
export const casesOf = (system: System, networks: readonly NetworkName[], extent: Extent): readonly Case[] => {
  const entries = CASES.filter((entry) => runsOn(system, entry) && (entry.network === undefined || networks.includes(entry.network)))
  return byFamily(extent === 'shared' && SHARING.includes(system) ? shared(system, entries) : entries)
}
