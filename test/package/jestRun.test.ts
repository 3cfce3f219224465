/** Somebody else's Jest: `perceptual-loss/jest` and `perceptual-loss/reporter` from the packed package, in several workers. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reported, window } from '../matcher/project.js'
import { installed, root } from './packed.js'

const CONFIG = `export default {
  setupFilesAfterEnv: ['perceptual-loss/jest'], reporters: ['default', ['perceptual-loss/reporter', {}]], testMatch: ['**/*.look.js'], transform: {}, maxWorkers: 2, testTimeout: 60000,
}`

const look = (name: string, received: string): string => `
import { readFileSync } from 'node:fs'
test('${name}', async () => { await expect(readFileSync('${received}.png')).toLookLike('reference.png', { psnr: 30 }) })`

let user = ''
beforeAll(async () => {
  user = await installed()
  for (const name of ['sharp', '@tensorflow/tfjs-backend-wasm']) {
    const link = join(user, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  await writeFile(join(user, 'jest.config.js'), CONFIG)
  for (const name of ['blue', 'red'] as const) {
    await writeFile(join(user, `${name}.look.js`), look(name, name))
    await writeFile(join(user, `${name}.png`), await window(name))
  }
  await writeFile(join(user, 'reference.png'), await window('blue'))
})
afterAll(() => rm(user, { recursive: true, force: true }))

it('compares, and the reporter writes one report of all workers', { timeout: 300_000 }, async () => {
  const jest = join(root, 'test', 'matcher', 'node_modules', 'jest', 'bin', 'jest.js')
  const env = { ...process.env, CI: 'true', NO_COLOR: '1', NODE_OPTIONS: '--experimental-vm-modules' }
  const { code, out } = await new Promise<{ readonly code: number; readonly out: string }>((resolve) => {
    execFile(process.execPath, [jest], { cwd: user, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr })
    })
  })
  expect(out).toMatch(/Tests: +1 failed, 1 passed, 2 total/)
  expect(code).toBe(1)
  expect(out).toContain('perceptual-loss: 1 of 2 comparisons failed (1 failed, 1 equal): perceptual-loss-report/report.html')
  const { rows, records } = await reported(user)
  expect(rows).toEqual(['failed red.look.js: red reference.png', 'equal blue.look.js: blue reference.png'])
  const failed = records.find(({ status }) => status === 'failed')
  expect(failed?.scores).toMatchObject([{ name: 'psnr', bound: 'at least 30 dB', within: false }])
  expect(await readFile(join(user, 'perceptual-loss-report', failed?.received ?? ''))).toEqual(await readFile(join(user, 'red.png')))
})
