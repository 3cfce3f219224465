/**
 * What the tests that follow the newcomer's install, fetched while the first of them compute: .ci/run starts this. Whatever fails here is tried again, and reported, by the tests that need it.
 */
import { programOf, RUNTIMES } from '../scripts/conformance/runtimes.js'
import { pythonOf } from '../scripts/python/environment.js'
import longPackages from './long/packages.js'
import pythonEnvironments from './python/run/environments.js'
import releasePackages from './release/packages.js'

const inTurn = async (steps: readonly (() => Promise<unknown>)[]): Promise<void> => {
  for (const step of steps)
    await step().catch((error: unknown) => {
      console.warn(`Not fetched beforehand: ${String(error)}`)
    })
}

await Promise.all([
  inTurn([pythonEnvironments, () => pythonOf('spark', undefined), () => pythonOf('zig')]),
  inTurn([longPackages, releasePackages, ...RUNTIMES.map((runtime) => () => programOf(runtime))]),
])
