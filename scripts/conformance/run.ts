/** The suite on every system, compared with the references. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compared, referenceOf, type Difference } from './compare.js'
import { dawnDriver } from './dawnDriver.js'
import { lay } from './materials.js'
import type { Measured } from './measure.js'
import { isStored, readReferences } from './references.js'
import { runSystem } from './runSystem.js'
import { CASES, type NetworkName } from './suite.js'
import { hasNative } from './runtimes.js'
import { SYSTEMS, UNHELD, type Extent, type System } from './systems.js'

/** What came out on a system. */
export interface Outcome {
  readonly system: System
  readonly differences: readonly Difference[]
  /** The names of the cases that left tensors behind. */
  readonly leaking: readonly string[]
  readonly seconds: number
}

/** A system that cannot run here, and what it needs. */
export interface Absence {
  readonly system: System
  readonly needs: string
}

/** The systems that cannot run here. */
export const absences = (): readonly Absence[] => [
  ...(hasNative() ? [] : [{ system: 'native', needs: 'the native backend, which `npm run native` makes' } as const]),
  ...(dawnDriver() === undefined
    ? [{ system: 'webgpu in Node', needs: "a Vulkan driver: a graphics card's, Mesa's (mesa-vulkan-drivers, libvulkan1), or Chromium's SwiftShader" } as const]
    : []),
]

/** Every system that can. */
export const systemsHere = (): readonly System[] => {
  const absent = absences()
  return SYSTEMS.filter((system) => absent.every((absence) => absence.system !== system))
}

/** Software GPUs take minutes, the rest about one each. */
const LONGEST_FIRST: readonly System[] = [...new Set<System>(['webgl', 'webgpu in Node', 'webgpu', ...UNHELD, ...SYSTEMS])]

/** The outcome on every system, in the order of the list, and the networks whose weights are there. */
export const conformance = async (
  systems: readonly System[] = systemsHere(),
  say: (text: string) => void = () => undefined,
  extent: Extent = 'whole',
): Promise<{ readonly outcomes: readonly Outcome[]; readonly networks: readonly NetworkName[] }> => {
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-conformance-'))
  try {
    const networks = await lay(folder)
    const stored = await readReferences()
    const run = async (system: System): Promise<readonly [readonly Measured[], number]> => {
      const begin = performance.now()
      const results = await runSystem(system, folder, networks, extent)
      const seconds = (performance.now() - begin) / 1000
      say(`${system}: ${String(results.length)} cases in ${seconds.toFixed(0)} s`)
      return [results, seconds]
    }
    const done = new Map<System, readonly [readonly Measured[], number]>()
    const waiting = LONGEST_FIRST.filter((system) => system === 'cpu' || systems.includes(system))
    const oneByOne = async (): Promise<void> => {
      for (let system = waiting.shift(); system !== undefined; system = waiting.shift()) done.set(system, await run(system))
    }
    // Two at a time.
    await Promise.all([oneByOne(), oneByOne()])
    const onCpu = new Map(done.get('cpu')?.[0].map((result) => [result.name, referenceOf(result)]))
    const outcomes = systems.map((system): Outcome => {
      const [results, seconds] = done.get(system) ?? [[], 0]
      const differences = results.map((result) => differenceOf(result, stored, onCpu))
      return { system, differences, leaking: results.filter(({ left }) => left !== 0).map(({ name }) => name), seconds }
    })
    return { outcomes, networks }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type References = ReadonlyMap<string, ReturnType<typeof referenceOf>>

const differenceOf = (result: Measured, stored: References, onCpu: References): Difference => {
  const entry = CASES.find(({ name }) => name === result.name)
  if (entry === undefined) throw new Error(`${result.name} is not a case.`)
  return compared(entry, (isStored(entry) ? stored : onCpu).get(entry.name), result)
}
