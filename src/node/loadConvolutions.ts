/** Loads the addon that gives TensorFlow's library our op for convolutions (src/layers/kernels/native). */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Where the addon is in the native package: `npx perceptual-loss native` compiles it. */
export const CONVOLUTION_ADDON = 'lib/napi-v8/convolutions.node'

/** Loads the addon of a loaded native package, and returns which convolutions run. Without it, convolutions are the library's own. */
export const loadConvolutions = (name: string): string => {
  const addon = join(dirname(require.resolve(`${name}/package.json`)), CONVOLUTION_ADDON)
  if (!existsSync(addon)) return 'convolutions are its own (npx perceptual-loss native compiles faster ones)'
  try {
    const vectors = require(addon) as string | undefined
    return vectors === undefined ? 'convolutions are its own (the processor has no AVX2)' : `convolutions are this package's, with ${vectors}`
  } catch (error) {
    return `convolutions are its own (${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''})`
  }
}
