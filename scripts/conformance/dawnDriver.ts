/**
 * The Vulkan driver that Dawn computes with in Node: the machine's own where it has one (a graphics card's, or Mesa's software one), else the SwiftShader that
 * comes with Chromium, with the loader beside it. Nothing is installed, and no setting of the machine is changed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromiumPath } from '../../test/browser/chromium.js'

/** A driver that gave an adapter. */
export interface Driver {
  readonly name: string
  /** What a process is told to find it. */
  readonly environment: NodeJS.ProcessEnv
}

/** The folders that may have Chromium's. */
const besideChromium = (): readonly string[] => {
  try {
    return [dirname(realpathSync(chromiumPath())), '/usr/lib/chromium'].filter((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')))
  } catch {
    return []
  }
}

const environments = (): readonly NodeJS.ProcessEnv[] => [
  {},
  ...besideChromium().map((folder) => ({
    VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH'] ?? ''].join(':'),
  })),
]

const PROGRAM = `
import { create, globals } from 'webgpu'
Object.assign(globalThis, globals)
const adapter = await create([]).requestAdapter()
if (adapter !== null) console.log('ADAPTER ' + adapter.info.description)
process.exit(0)
`

/** The name of the adapter that a process finds so, or undefined. */
const adapter = (environment: NodeJS.ProcessEnv): string | undefined => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: new URL('../../', import.meta.url),
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return /^ADAPTER (.+)$/m.exec(stdout)?.[1]
}

let found: Driver | 'none' | undefined

const look = (): Driver | 'none' => {
  for (const environment of environments()) {
    const name = adapter(environment)
    if (name !== undefined) return { name, environment }
  }
  return 'none'
}

/** The first that works, looked for once; undefined where there is none. */
export const dawnDriver = (): Driver | undefined => {
  found ??= look()
  return found === 'none' ? undefined : found
}
