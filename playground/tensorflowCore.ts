/**
 * A Vite plugin: `@tensorflow/tfjs` is its core and gradients alone, without layers, data, and backends, each of which the worker loads when it starts that one. The page's code
 * becomes a third as large, and so much less is parsed before the first number.
 */
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const WHOLE = '@tensorflow/tfjs'
const CORE = '\0tensorflow-core'
const PARTS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-webgl']

const code = `import '@tensorflow/tfjs-core/dist/register_all_gradients'
export * from '@tensorflow/tfjs-core'`

export const tensorflowCore = (): Plugin => ({
  name: 'tensorflow-core',
  enforce: 'pre',
  async resolveId(source) {
    if (source === WHOLE) return CORE
    if (!PARTS.includes(source)) return null
    // They are installed beside the whole, whose dependencies they are.
    const whole = await this.resolve(WHOLE, fileURLToPath(import.meta.url), { skipSelf: true })
    return this.resolve(source, whole?.id, { skipSelf: true })
  },
  load: (id) => (id === CORE ? code : null),
})
