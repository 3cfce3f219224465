/** `toLookLike` in a real run of Playwright Test: its expect, its update, its report, its projects, and pages that it takes pictures of. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../browser/chromium.js'
import { project, reported, root, runIn, window, type Ran } from './project.js'

const CONFIG = `export default {
  testMatch: 'app.look.ts', workers: 1, reporter: [['list'], [${JSON.stringify(join(root, 'src', 'testReport', 'runReporter.ts'))}]], snapshotPathTemplate: '{testDir}/{testFileDir}/{arg}{ext}',
  use: { launchOptions: { executablePath: ${JSON.stringify(chromiumPath())}, args: ['--no-sandbox'] } },
}`
const PROJECTS = `export default {
  testMatch: 'page.look.ts', workers: 1, reporter: [['list'], [${JSON.stringify(join(root, 'src', 'testReport', 'runReporter.ts'))}]], projects: [{ name: 'wide' }, { name: 'narrow' }], snapshotPathTemplate: '{testDir}/{projectName}/{arg}{ext}',
  use: { launchOptions: { executablePath: ${JSON.stringify(chromiumPath())}, args: ['--no-sandbox'] }, viewport: { width: 300, height: 200 } },
}`
const PAGE = `
import { test } from '@playwright/test'
import { expect } from ${JSON.stringify(join(root, 'src', 'matcher', 'playwright.ts'))}
const now = process.env['NOW'] ?? 'gold'
const show = (page, size) => page.setContent('<style>p { width: 120px; height: ' + size + 'px; margin: 7px; background: teal; animation: fade 1s infinite } @keyframes fade { from { opacity: 0 } }</style>' +
  '<p><i class="clock" style="display: block; width: 50px; height: 30px; background: ' + now + '"></i></p>')
test('page and locator', async ({ page }) => {
  await show(page, 90)
  await expect(page).toLookLike('page.png', { psnr: 60, ignore: ['.clock'] })
  await expect(page.locator('p')).toLookLike({ psnr: 60, ignore: [page.locator('.clock')] })
  if (now !== 'gold') await expect(page).not.toLookLike('page.png', { psnr: 60 })
  const nowhere = expect.configure({ timeout: 500 })(page.locator('.none')).toLookLike()
  await expect(nowhere).rejects.toThrow(/Timeout 500ms exceeded/)
  if (now !== 'gold') await expect(page.locator('p')).not.toLookLike('page-and-locator-1.png', { psnr: 60 })
})`
const LOOKS = `
import { readFileSync } from 'node:fs'
import { test } from '@playwright/test'
import { expect } from ${JSON.stringify(join(root, 'src', 'matcher', 'playwright.ts'))}
const button = readFileSync(new URL('./red.png', import.meta.url))
test('the button', async () => {
  await expect(button).toLookLike('looks/button.png', { lpips: 0.05 })
  await expect(button).not.toLookLike('none.png', { psnr: 60 })
})
test('forgotten', () => { void expect(button).toLookLike('looks/button.png') })
test('new', async () => { await expect(button).toLookLike('looks/new.png') })
test.afterEach(({}, info) => { console.log('ATTACHED', info.attachments.map(({ name }) => name).join()) })
`

let folder = ''
const at = (...parts: readonly string[]): string => join(folder, ...parts)
beforeAll(async () => {
  folder = await project({
    'package.json': JSON.stringify({ type: 'module' }),
    'playwright.config.ts': CONFIG,
    'projects.config.ts': PROJECTS,
    'page.look.ts': PAGE,
    'app.look.ts': LOOKS,
    'blue.png': await window('#2463eb'),
    'red.png': await window('#eb2424'),
    'none.png': await window('#f4f4f4'),
  })
  await mkdir(at('looks'))
  await copyFile(at('blue.png'), at('looks', 'button.png'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const playwright = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ran> =>
  runIn(folder, '@playwright/test/cli.js', ['test', ...args], environment)

describe('toLookLike in Playwright Test', () => {
  it('fails where the look changed, its pictures in the output folder and the report; writes no new reference on CI', async () => {
    const { code, out } = await playwright([], { CI: '1' })
    expect(code).toBe(1)
    expect(out).toContain(`expected the picture to look like ${at('looks', 'button.png')}:`)
    expect(out).toMatch(/lpips +0\.\d+, at most 0\.05: too far/)
    expect(out.match(/^ *toLookLike was not awaited: the test ended before the comparison\..*$/gm)).toHaveLength(1)
    expect(out).toMatch(/3 failed/)
    expect(out).toContain('ATTACHED button-actual.png,button-expected.png,button-diff.png')
    for (const what of ['actual', 'expected', 'heat']) {
      const file = new RegExp(`(\\S+button-${what}\\.png)$`, 'm').exec(out)?.[1] ?? ''
      expect(file).toContain('test-results')
      expect(existsSync(file)).toBe(true)
    }
    expect(out).toContain(`The reference ${at('looks', 'new.png')} is missing, and references are not written on CI`)
    expect(existsSync(at('looks', 'new.png'))).toBe(false)
    expect(await readFile(at('looks', 'button.png'))).toEqual(await readFile(at('blue.png')))
    const { rows, records } = await reported(folder)
    expect(rows).toEqual(['failed app.look.ts > new looks/new.png', 'failed app.look.ts > the button looks/button.png'])
    for (const { received } of records) expect(await readFile(at('perceptual-loss-report', received ?? ''))).toEqual(await readFile(at('red.png')))
  })

  it('takes the new look by --update-snapshots, and writes the new reference', async () => {
    const { code, out } = await playwright(['--update-snapshots', '--grep-invert', 'forgotten'], {})
    expect(out).toContain(`updated the reference ${at('looks', 'button.png')}`)
    expect(code).toBe(0)
    expect(out).toContain('perceptual-loss: 3 comparisons, none failed (1 new, 1 updated, 1 within bounds): perceptual-loss-report/report.html')
    expect(await readFile(at('looks', 'button.png'))).toEqual(await readFile(at('red.png')))
    expect(await readFile(at('looks', 'new.png'))).toEqual(await readFile(at('red.png')))
  })

  it('takes the pictures of pages and locators, ignores what selectors match, and keeps references by project', { timeout: 300_000 }, async () => {
    const first = await playwright(['--config', 'projects.config.ts'], {})
    expect(first.out).toMatch(/2 passed/)
    for (const name of ['wide', 'narrow']) {
      expect((await sharp(at(name, 'page.png')).metadata()).width).toBe(300)
      expect(await sharp(at(name, 'page-and-locator-1.png')).metadata()).toMatchObject({ height: 90, width: 120 })
    }
    expect(first.out).not.toContain('no test used')
    await copyFile(at('blue.png'), at('wide', 'old.png'))
    const second = await playwright(['--config', 'projects.config.ts'], { CI: '1', NOW: 'red' })
    expect(second.out).toMatch(/2 passed/)
    expect(second.out).toContain('perceptual-loss: no test used this reference: wide/old.png. Delete what is obsolete.')
    // The element that is not there: no picture, but an entry with the reason.
    const [nowhere] = (await reported(folder)).records.filter(({ status }) => status === 'failed')
    expect(nowhere).toMatchObject({ received: undefined, scores: [] })
    expect(nowhere?.message).toMatch(/Timeout 500ms exceeded/)
  })
})
