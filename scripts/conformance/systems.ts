/** Where the suite runs, and how much of it. */
import { isBrief, isQuick, type Case } from './suite.js'

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
export const runsOn = (system: System, entry: Case): boolean => (FAST.includes(system) || isQuick(entry)) && (!BRIEF.includes(system) || isBrief(entry))
