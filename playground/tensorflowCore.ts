/**
 * A Vite plugin: `@tensorflow/tfjs` is its core and gradients alone, without layers, data, and backends, each of which the worker loads when it starts that one. The page's code
 * becomes a third as large, and so much less is parsed before the first number.
 */
import type { Plugin } from 'vite'

const CORE = '\0tensorflow-core'

/** Its own parts, and names of layers that the library asks models for: the page has no models. */
const code = `import '@tensorflow/tfjs-core/dist/register_all_gradients'
export * from '@tensorflow/tfjs-core'
export class LayersModel {}
export const model = undefined`

export const tensorflowCore = (): Plugin => ({
  name: 'tensorflow-core',
  enforce: 'pre',
  resolveId: (source) => (source === '@tensorflow/tfjs' ? CORE : null),
  load: (id) => (id === CORE ? code : null),
})
