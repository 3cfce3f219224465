/** Loads the addon that gives TensorFlow's library our op for convolutions (src/layers/kernels/native). */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Where the addon is in the native package: `npx perceptual-loss native` compiles it. */
export const CONVOLUTION_ADDON = 'lib/napi-v8/convolutions.node'

/** Loads the addon of a loaded native package, and returns which convolutions run. Without it, convolutions are the library's own, and reduced precision changes nothing. */
export const loadConvolutions = (name: string, reducedPrecision: boolean): string => {
  const own = (why: string): string => `convolutions are its own (${why})${reducedPrecision ? "; reducedPrecision changes nothing without this package's" : ''}`
  const addon = join(dirname(require.resolve(`${name}/package.json`)), CONVOLUTION_ADDON)
  if (!existsSync(addon)) return own('npx perceptual-loss native compiles faster ones')
  try {
    const vectors = require(addon) as string | undefined
    if (vectors === undefined) return own('the processor has no AVX2')
    return `convolutions are this package's, with ${vectors}${reducedPrecision ? ', in reduced precision' : ''}`
  } catch (error) {
    return own((error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '')
  }
}
