/** `toLookLike` in a real run of vitest: a project that is tested for the first time, breaks, is looked at on CI, and is updated. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { project, reported, root, runIn, window, type Ran } from './project.js'

const CONFIG = `
import { defineConfig } from 'vitest/config'
export default defineConfig({
  test: { include: ['*.look.ts'], setupFiles: ['./warm.ts'], testTimeout: 60000, maxWorkers: 1,
    reporters: ['verbose', ${JSON.stringify(join(root, 'src', 'testReport', 'runReporter.ts'))}] },
})`

/** The setup file of a suite that warms up. */
const WARM = `
import { beforeAll } from 'vitest'
import { warmUp } from ${JSON.stringify(join(root, 'src', 'matcher', 'vitest.ts'))}
if (process.env['LOOK']) beforeAll(() => warmUp(), 60000)`

const LOOKS = `
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
const changed = process.env['LOOK'] ? it : () => {}
const button = readFileSync(new URL('./' + (process.env['LOOK'] ?? 'blue') + '.png', import.meta.url))
changed('warm', () => { expect(tf.memory().numTensors).toBeGreaterThan(9) })
it('the button', async () => { await expect(button).toLookLike('looks/button.png', { lpips: 0.05, psnr: 30 }) })
it('unnamed', async () => { await expect('blue.png').toLookLike() })
it('another', async () => { await expect('blue.png').toLookLike('looks/blue.png') })
changed('differs', async () => { await expect('blue.png').not.toLookLike('gone.png') })
changed('not alike', async () => { await expect('none.png').not.toLookLike('looks/blue.png') })
changed('not what is alike', async () => { await expect('blue.png').not.toLookLike('looks/blue.png') })
changed('wide', async () => { await expect('wide.png').toLookLike('looks/blue.png') })
changed('new', async () => { await expect('blue.png').toLookLike('looks/new.png') })
changed('forgotten', () => { void expect('none.png').not.toLookLike('looks/blue.png') })
`

let folder = ''
const at = (...parts: readonly string[]): string => join(folder, ...parts)
beforeAll(async () => {
  folder = await project({
    'vitest.config.ts': CONFIG,
    'warm.ts': WARM,
    'app.look.ts': LOOKS,
    'blue.png': await window('#2463eb'),
    'none.png': await window('#f4f4f4'),
    'wide.png': await window('#2463eb', [40, 64]),
  })
  await mkdir(at('looks'))
  await writeFile(at('looks', 'old.png'), await window('#2463eb'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const vitest = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ran> =>
  runIn(folder, 'vitest/vitest.mjs', ['run', ...args], environment)

const diff = (test: string, reference: string, what: string): string => at('__diff__', `app.look.ts-${test}-${reference}-${what}.png`)

describe('toLookLike in vitest', () => {
  it('writes references the first time, byte for byte', async () => {
    const { code, out } = await vitest([], {})
    expect(out).toContain(`wrote the new reference ${at('looks', 'button.png')}`)
    expect(out).toMatch(/Tests +3 passed/)
    expect(code).toBe(0)
    expect(await readFile(at('__looks__', 'app.look.ts', 'unnamed-1.png'))).toEqual(await readFile(at('blue.png')))
    expect(await readFile(at('looks', 'button.png'))).toEqual(await readFile(at('blue.png')))
    expect(existsSync(at('__diff__'))).toBe(false)
    expect(out).toContain('perceptual-loss: 3 comparisons, none failed (3 new): perceptual-loss-report/report.html')
    expect(out).toContain('perceptual-loss: no test used this reference: looks/old.png. Delete what is obsolete.')
    expect(existsSync(at('looks', 'old.png'))).toBe(true)
    const { page, rows } = await reported(folder)
    expect(rows).toEqual([
      'new app.look.ts: another looks/blue.png',
      'new app.look.ts: the button looks/button.png',
      'new app.look.ts: unnamed __looks__/app.look.ts/unnamed-1.png',
    ])
    expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(3)
  })

  it('on CI fails where the look changed, with pictures beside the test, and writes no reference', async () => {
    const { code, out } = await vitest([], { CI: '1', LOOK: 'none' })
    expect(code).toBe(1)
    expect(out).toMatch(/Tests +6 failed \| 4 passed/)
    expect(out).not.toContain('no test used')
    expect(out).toContain('toLookLike was not awaited: the test ended before the comparison.')
    expect(out).toContain(`expected the picture to look like ${at('looks', 'button.png')}:`)
    expect(out).toMatch(/lpips +0\.\d+, at most 0\.05: too far/)
    expect(out).toMatch(/psnr +\d+\.\d+ dB, at least 30 dB: too far/)
    const [actual, expected, heat] = ['actual', 'expected', 'heat'].map((what) => diff('the-button', 'button', what)) as [string, string, string]
    for (const file of [actual, expected, heat]) expect(out).toContain(file)
    const raw = (file: string) => sharp(file).removeAlpha().raw().toBuffer()
    expect(await raw(actual)).toEqual(await raw(at('none.png')))
    expect(await raw(expected)).toEqual(await raw(at('blue.png')))
    // The heat is at the button, and nowhere in the window's title.
    const { data, info } = await sharp(heat).raw().toBuffer({ resolveWithObject: true })
    const brightness = (y: number, x: number) => data[(y * info.width + x) * 3]! + data[(y * info.width + x) * 3 + 1]!
    const most = (rows: readonly number[]) => Math.max(...rows.flatMap((y) => Array.from({ length: info.width }, (_, x) => brightness(y, x))))
    expect(most([18, 22, 26, 31])).toBeGreaterThan(150)

    expect(out).toContain(`The reference ${at('gone.png')} is missing, so there is nothing to differ from.`)
    expect(out).toContain(`expected the picture not to look like ${at('looks', 'blue.png')}`)
    expect(out).toContain(`The picture is 40 x 64, the reference ${at('looks', 'blue.png')} is 40 x 60 (height x width)`)
    expect(existsSync(diff('wide', 'blue', 'actual'))).toBe(true)
    expect(existsSync(diff('wide', 'blue', 'heat'))).toBe(false)
    expect(out).toContain(`The reference ${at('looks', 'new.png')} is missing, and references are not written on CI`)
    expect(existsSync(at('looks', 'new.png'))).toBe(false)
    expect(await readFile(at('looks', 'button.png'))).toEqual(await readFile(at('blue.png')))

    const { page, rows, records } = await reported(folder)
    // The forgotten comparison may end after the run.
    expect(rows.filter((row) => !row.includes('forgotten'))).toEqual([
      'failed app.look.ts: differs gone.png',
      'failed app.look.ts: new looks/new.png',
      'failed app.look.ts: not what is alike looks/blue.png',
      'failed app.look.ts: the button looks/button.png',
      'failed app.look.ts: wide looks/blue.png',
      'passed app.look.ts: not alike looks/blue.png',
      'equal app.look.ts: another looks/blue.png',
      'equal app.look.ts: unnamed __looks__/app.look.ts/unnamed-1.png',
    ])
    const record = records.find((one) => one.test === 'app.look.ts: the button')
    expect(record).toMatchObject({ status: 'failed', scores: [{ name: 'lpips', bound: 'at most 0.05', within: false }, { name: 'psnr' }] })
    expect(await readFile(at('perceptual-loss-report', record?.received ?? ''))).toEqual(await readFile(at('none.png')))
    expect(await readFile(at('perceptual-loss-report', record?.heat ?? ''))).toEqual(await readFile(heat))
    // The accept command of every failure with a picture, but for `.not`.
    expect(page.match(/data-copy="npx perceptual-loss accept [0-9a-f]{12}"/g)).toHaveLength(3)
    expect(await readFile(at('perceptual-loss-report', 'summary.md'), 'utf8')).toMatch(
      /^### 5 of \d comparisons failed\n\n5 failed, \d within bounds, 2 equal\n/,
    )
  })

  it('with -u replaces the references that no longer hold', async () => {
    const { out } = await vitest(['-u', '-t', '^(the button|wide)$'], { LOOK: 'none' })
    expect(out).toContain(`updated the reference ${at('looks', 'button.png')}`)
    expect(out).toMatch(/Tests +2 passed/)
    expect(out).not.toContain('no test used')
    expect((await reported(folder)).rows).toEqual(['updated app.look.ts: the button looks/button.png', 'updated app.look.ts: wide looks/blue.png'])
    expect(await readFile(at('looks', 'button.png'))).toEqual(await readFile(at('none.png')))
    expect(await readFile(at('looks', 'blue.png'))).toEqual(await readFile(at('wide.png')))
  })
})

const TOGETHER = `
import { expect, it } from 'vitest'
const until = (end) => new Promise((done) => setTimeout(done, end - Date.now()))
const start = Date.now()
it.concurrent('ends while the other compares', async ({ expect }) => { await expect('blue.png').toLookLike(); await until(start + 500) })
it.concurrent('compares all the time', async ({ expect }) => { while (Date.now() < start + 1500) await expect('blue.png').toLookLike('blue.png') })
it.each(['blue', 'red'])('one title', async (name) => { await expect(name + '.png').toLookLike() })
it('tried again', { retry: 1 }, async ({ task }) => { await expect('blue.png').toLookLike(); expect(task.result.retryCount).toBe(1) })
`

describe('toLookLike in several tests at a time, and in tests of one title', () => {
  let together = ''
  afterAll(() => rm(together, { recursive: true, force: true }))

  it('knows which test compares', async () => {
    together = await project({
      'vitest.config.ts': CONFIG.replace("setupFiles: ['./warm.ts'], ", ''),
      'together.look.ts': `import ${JSON.stringify(join(root, 'src', 'matcher', 'vitest.ts'))}\n${TOGETHER}`,
      'blue.png': await window('#2463eb'),
      'red.png': await window('#eb2424'),
    })
    const { out } = await runIn(together, 'vitest/vitest.mjs', ['run'])
    expect(out).not.toContain('was not awaited')
    expect(out).toMatch(/one-title-1\.png belongs to '[^']*: one title' in this run, and '[^']*: one title' would take it, too/)
    expect(out).toMatch(/Tests +1 failed \| 4 passed/)
  })
})
