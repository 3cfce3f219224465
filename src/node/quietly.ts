/** Loads a native package without the log lines that its library prints while it loads. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Where the addon is in the native package: `npx perceptual-loss native` compiles it. */
export const QUIET_ADDON = 'lib/napi-v8/quiet.node'

/**
 * Loads the package. With the addon, output to stderr is dropped during the load, which is synchronous, so nothing else of the program writes then.
 */
export const requireQuietly = (name: string): void => {
  const quietly = addonOf(name)
  if (quietly === undefined) require(name)
  else quietly(() => void require(name))
}

const addonOf = (name: string): ((work: () => void) => void) | undefined => {
  try {
    const addon = join(dirname(require.resolve(`${name}/package.json`)), QUIET_ADDON)
    return existsSync(addon) ? (require(addon) as (work: () => void) => void) : undefined
  } catch {
    return undefined
  }
}
