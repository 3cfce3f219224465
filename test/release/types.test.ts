/** The packed package's types under the compilers and settings that users have, newest and oldest. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { diagnostics, userFolder } from '../package/users/compilers.js'

const COMPILERS = ['5.4', '5.9', '7']

const STRICT = {
  'strict alone': [],
  'exactOptionalPropertyTypes and noUncheckedIndexedAccess': ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
}

/** The module resolutions, each with a module format that it goes with; `node` is what ts-jest and older Next projects have. */
const RESOLUTIONS = {
  node: ['--moduleResolution', 'node', '--module', 'esnext'],
  node16: ['--moduleResolution', 'node16', '--module', 'node16'],
  nodenext: ['--moduleResolution', 'nodenext', '--module', 'nodenext'],
  bundler: ['--moduleResolution', 'bundler', '--module', 'esnext'],
}

let user: string
let compilers: string

beforeAll(async () => {
  user = await userFolder()
  compilers = await mkdtemp(join(tmpdir(), 'perceptual-loss-compilers-'))
  await writeFile(join(compilers, 'package.json'), JSON.stringify({ private: true }))
  const aliases = COMPILERS.map((version) => `typescript-${version}@npm:typescript@${version}`)
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...aliases], { cwd: compilers })
  return async () => {
    for (const folder of [user, compilers]) await rm(folder, { recursive: true, force: true })
  }
}, 400_000)

describe.each(COMPILERS)('TypeScript %s', (version) => {
  describe.each(Object.entries(RESOLUTIONS))('module resolution %s', (resolution, modules) => {
    const check = (strictness: readonly string[]): Promise<string> =>
      diagnostics(user, join(compilers, 'node_modules', `typescript-${version}`), [...modules, ...strictness, '--skipLibCheck'])

    if (version === '7' && resolution === 'node')
      it('no longer exists', async () => {
        expect(await check([])).toMatch(/Option 'moduleResolution=node10' has been removed/)
      }, 300_000)
    else
      it.each(Object.entries(STRICT))(
        '%s',
        async (_, strictness) => {
          expect(await check(strictness)).toBe('')
        },
        300_000,
      )
  })
})
