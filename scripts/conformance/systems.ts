/** Where the suite runs, and how far each may be off. */

/** Backends in processes of Node. */
export const IN_NODE = ['cpu', 'wasm', 'wasm, 2 threads', 'native', 'webgpu in Node'] as const
export type NodeSystem = (typeof IN_NODE)[number]

/** Backends in Chromium. */
export const IN_CHROMIUM = ['webgl', 'webgpu'] as const
export type ChromiumSystem = (typeof IN_CHROMIUM)[number]

export type System = NodeSystem | ChromiumSystem
export const SYSTEMS: readonly System[] = ['cpu', 'wasm', 'wasm, 2 threads', 'native', 'webgl']

/** Those with fast convolutions, on which networks see whole pictures. A graphics card is SwiftShader here, which computes its programs on the processor. */
export const FAST: readonly System[] = ['wasm', 'wasm, 2 threads', 'native']
