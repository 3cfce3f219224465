/** Which result of a comparison a report of vitest has: of soft failures, tests that are tried again, and comparisons that were refused. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { project, reported, root, runIn, window } from './project.js'

const CONFIG = `export default {
  test: { include: ['*.look.ts'], testTimeout: 60000, setupFiles: [${JSON.stringify(join(root, 'src', 'matcher', 'vitest.ts'))}],
    reporters: ['verbose', ${JSON.stringify(join(root, 'src', 'testReport', 'runReporter.ts'))}] },
}`

const LOOKS = `
import { expect, it } from 'vitest'
it('soft, then equal', async () => {
  await expect.soft('red.png').toLookLike('blue.png', { psnr: 60 })
  await expect('blue.png').toLookLike('blue.png', { psnr: 60 })
})
it('soft, then equal when tried again', { retry: 1 }, async ({ task }) => {
  if (task.result.retryCount === 0) await expect.soft('red.png').toLookLike('blue.png', { psnr: 60 })
  await expect('blue.png').toLookLike('blue.png', { psnr: 60 })
})
it('caught, then equal', async () => {
  await expect(expect('red.png').toLookLike('blue.png', { psnr: 60 })).rejects.toThrow('too far')
  await expect('blue.png').toLookLike('blue.png', { psnr: 60 })
})
it('a bound that cannot fail', async () => { await expect('blue.png').toLookLike('blue.png', { lpips: 5 }) })
it('an unknown option, and no picture', async () => { await expect('missing.png').toLookLike('blue.png', { lpip: 0.1 }) })
`

let folder = ''
beforeAll(async () => {
  const [blue, red] = [await window('#2463eb'), await window('#eb2424')]
  folder = await project({ 'vitest.config.ts': CONFIG, 'app.look.ts': LOOKS, 'blue.png': blue, 'red.png': red })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a failure by expect.soft stays; of other comparisons the last one counts; a refused one has its message', { timeout: 300_000 }, async () => {
  const { out } = await runIn(folder, 'vitest/vitest.mjs', ['run'], { CI: '1' })
  expect(out).toMatch(/Tests +3 failed \| 2 passed/)
  const { rows, records } = await reported(folder)
  expect(rows).toEqual([
    'failed app.look.ts: a bound that cannot fail blue.png',
    'failed app.look.ts: an unknown option, and no picture blue.png',
    'failed app.look.ts: soft, then equal blue.png',
    'equal app.look.ts: caught, then equal blue.png',
    'equal app.look.ts: soft, then equal when tried again blue.png',
  ])
  const [bound, option, soft] = records.filter(({ status }) => status === 'failed')
  // A picture that was not judged cannot be accepted.
  expect([bound?.received, option?.received]).toEqual([undefined, undefined])
  expect(bound?.message).toMatch(/lpips.*received 5/)
  expect(option?.message).toContain("'lpip'")
  expect(await readFile(join(folder, 'perceptual-loss-report', soft?.received ?? ''))).toEqual(await readFile(join(folder, 'red.png')))
})
