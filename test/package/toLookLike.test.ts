/** Somebody else's test suite: `perceptual-loss/vitest` from the packed package, with its types. */
import { execFile } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { window } from '../matcher/project.js'
import { installed, root } from './packed.js'

const run = promisify(execFile)

const TEST = `
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import 'perceptual-loss/vitest'
it('looks', async () => {
  const compared: Promise<void> = expect(readFileSync(new URL('./blue.png', import.meta.url))).toLookLike('reference.png', { lpips: 0.05 })
  await compared
  await expect('blue.png').toLookLike('reference.png')
})`
const WRONG = `
import { expect } from 'vitest'
import 'perceptual-loss/vitest'
// @ts-expect-error a bound that there is not
void expect('blue.png').toLookLike('reference.png', { lpisp: 1 })
// @ts-expect-error no picture
void expect(5).toLookLike('reference.png')`

let user = ''
beforeAll(async () => {
  user = await installed()
  for (const name of ['vitest', 'sharp', '@types/node', '@tensorflow/tfjs-backend-wasm']) {
    const link = join(user, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  const config = `export default { test: { setupFiles: ['perceptual-loss/vitest'], include: ['*.test.ts'], testTimeout: 60000 } }`
  await writeFile(join(user, 'vitest.config.js'), config)
  await writeFile(join(user, 'look.test.ts'), TEST)
  await writeFile(join(user, 'wrong.ts'), WRONG)
  await writeFile(join(user, 'blue.png'), await window('#2463eb'))
})
afterAll(() => rm(user, { recursive: true, force: true }))

it('compares, and its types know pictures and bounds', async () => {
  const tested = run('node', [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--update'], { cwd: user, env: { ...process.env, NO_COLOR: '1' } })
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
  const typed = run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, 'look.test.ts', 'wrong.ts'], { cwd: user })
  expect((await typed).stdout).toBe('')
  const { stdout, stderr } = await tested
  expect(stdout).toMatch(/Tests +1 passed/)
  expect(stdout + stderr).toMatch(/wrote the new reference .*reference\.png/)
})
