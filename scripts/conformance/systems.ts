/** Where the suite runs, and how much of it. */
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

/** How many of its cases a system runs: all; or, of the two that share TensorFlow.js' programs for WebGPU and Dawn, half each. */
export type Extent = 'whole' | 'shared'

const SHARING: readonly System[] = ['webgpu', 'webgpu in Node']

const isIts = (system: System, i: number): boolean => !SHARING.includes(system) || i % SHARING.length === SHARING.indexOf(system)

/** What a system runs, given the networks whose weights are there. */
export const casesOf = (system: System, networks: readonly NetworkName[], extent: Extent): readonly Case[] =>
  CASES.filter((entry) => runsOn(system, entry) && (entry.network === undefined || networks.includes(entry.network))).filter(
    (_, i) => extent === 'whole' || isIts(system, i),
  )
