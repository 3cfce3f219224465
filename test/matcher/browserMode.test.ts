/** The comparator in a real run of vitest's browser mode: a screenshot is written, one that looks alike or is masked where it differs passes, another fails. */
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chromiumPath } from '../browser/chromium.js'
import { project, root, runIn, type Ran } from './project.js'

const CONFIG = `
import { playwright } from ${JSON.stringify(join(root, 'test', 'matcher', 'node_modules', '@vitest', 'browser-playwright', 'dist', 'index.js'))}
import { defineConfig } from 'vitest/config'
import { perceptualComparator } from ${JSON.stringify(join(root, 'src', 'matcher', 'comparator.ts'))}
export default defineConfig({
  define: { BUTTONS: process.env['BUTTONS'] },
  test: {
    include: ['*.look.ts'],
    browser: {
      enabled: true,
      headless: true,
      provider: playwright({ launchOptions: { executablePath: ${JSON.stringify(chromiumPath())}, args: ['--no-sandbox', '--disable-gpu'] } }),
      instances: [{ browser: 'chromium', viewport: { width: 300, height: 200 } }],
      expect: { toMatchScreenshot: { comparatorName: 'perceptual', comparatorOptions: { lpips: 0.05 }, comparators: { perceptual: perceptualComparator }, timeout: 40000 } },
    },
  },
})`

const LOOK = `
import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
it.each(BUTTONS)('%s', async (name, colour) => {
  document.body.innerHTML = '<main data-testid="main" style="width: 200px; height: 120px; background: #f4f4f4"><div style="width: 90px; height: 60px; background: ' + colour + '"></div></main>'
  const mask = name === 'masked' ? [...document.querySelectorAll('main > div')] : []
  await expect.element(page.getByTestId('main')).toMatchScreenshot(name, { screenshotOptions: { mask } })
}, 60000)`

let folder = ''
beforeAll(async () => {
  folder = await project({ 'vitest.config.ts': CONFIG, 'app.look.ts': LOOK })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const vitest = (buttons: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> =>
  runIn(folder, 'vitest/vitest.mjs', ['run', ...args], { BUTTONS: JSON.stringify(Object.entries(buttons)) })

it('judges the screenshots of toMatchScreenshot', { timeout: 300_000 }, async () => {
  const first = await vitest({ nearly: '#2463eb', gone: '#2463eb', masked: '#2463eb' }, '--update')
  expect(first.out).toMatch(/Tests +3 passed/)
  const { code, out } = await vitest({ nearly: '#2865e9', gone: '#f4f4f4', masked: '#f4f4f4' })
  expect(code).toBe(1)
  expect(out).toMatch(/Tests +1 failed \| 2 passed/)
  expect(out).toMatch(/lpips is 0\.\d+, expected at most 0\.05\./)
  const attached = readdirSync(join(folder, '.vitest-attachments'), { recursive: true }).map(String)
  expect(attached.filter((name) => name.includes('gone-diff'))).toHaveLength(1)
  expect(attached.filter((name) => /nearly|masked/.test(name))).toEqual([])
})
