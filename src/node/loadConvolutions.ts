/** Loads the addon that gives TensorFlow's library the ops of this package (src/layers/kernels/native). */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { hasNativeWeightedSquares } from '../core/tensors/native/nativeWeightedSquares.js'
import { forgetTrials } from '../core/tensors/native/trial.js'
import { isOnGpu } from '../core/tensors/namedOps.js'
import { firstLine } from './reason.js'

const require = createRequire(import.meta.url)

/** Where the addon is in the native package: `npx perceptual-loss native` compiles it. */
export const CONVOLUTION_ADDON = 'lib/napi-v8/convolutions.node'

/** Loads the addon of the native package, which must be the backend in use; returns which convolutions run. Without it, they are the library's own, and reduced precision changes nothing. */
export const loadConvolutions = (name: string, reducedPrecision: boolean): string => {
  const own = (why: string): string => `convolutions are its own (${why})${reducedPrecision ? "; reducedPrecision changes nothing without this package's" : ''}`
  const addon = join(dirname(require.resolve(`${name}/package.json`)), CONVOLUTION_ADDON)
  if (!existsSync(addon)) return own('npx perceptual-loss native compiles faster ones')
  try {
    const vectors = require(addon) as string | undefined
    if (vectors === undefined) return own('the processor has no AVX2')
    // Losses may have run before it was loaded.
    forgetTrials()
    // If it has the newest ops, it has all.
    const older = isOnGpu() || hasNativeWeightedSquares() ? '' : '; npx perceptual-loss native compiles the ops that came with later versions'
    return `convolutions are this package's, with ${vectors}${reducedPrecision ? ', in reduced precision' : ''}${older}`
  } catch (error) {
    return own(`${firstLine(error)}; npx perceptual-loss native compiles them again`)
  }
}
