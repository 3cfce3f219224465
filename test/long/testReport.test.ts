/** The page of a report in Chromium: its views, filter, keys and command, its accessibility, light and dark, wide and narrow. */
import axe from 'axe-core'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordId, type ComparisonRecord } from '../../src/testReport/comparisonRecord.js'
import { appendRecord, keepPicture, startRecords } from '../../src/testReport/recordFolder.js'
import { writeTestReport } from '../../src/testReport/writeTestReport.js'
import { startChromium } from '../browser/chromium.js'
import { window } from '../matcher/project.js'
import { comparison } from '../testReport/comparison.js'

const HOSTILE = `<img src=x onerror="window.pwned = true"> </script><script>window.pwned = true</script>`

let folder = ''
let browser: Browser
let url = ''
const ids: Record<string, string> = {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-page-'))
  const [blue, red, wide] = [await window('#2463eb'), await window('#eb2424'), await window('#2463eb', [40, 70])]
  const reference = join(folder, 'blue.png')
  await writeFile(reference, blue)
  startRecords(folder)
  const add = async (test: string, parts: Partial<ComparisonRecord>, received?: Buffer, heat?: Buffer): Promise<void> => {
    const named = { test, reference, ...parts }
    ids[test] = recordId(comparison(named))
    const keep = (what: string, bytes: Buffer | undefined) => (bytes === undefined ? undefined : keepPicture(folder, `${ids[test] ?? ''}-${what}.png`, bytes))
    appendRecord(folder, comparison({ ...named, received: await keep('received', received), heat: await keep('heat', heat) }))
  }
  const scores = [{ name: 'lpips', score: '0.3', bound: 'at most 0.05', within: false }]
  await add('a: red', { scores, message: 'too far' }, red, red)
  await add('b: wide', { message: 'the sizes differ' }, wide)
  await add(`c: ${HOSTILE}`, { status: 'passed', reference: `looks/${HOSTILE}` }, red)
  await add('d: new', { status: 'new' })
  for (let i = 0; i < 40; i++) await add(`e: equal number-${String(i)}`, { status: 'equal' })
  url = `file://${(await writeTestReport(folder)).page}`
  browser = await startChromium()
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

const opened = async (hash = '', options: Parameters<Browser['newContext']>[0] = {}) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'], ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`it asked for ${request.url()}`)
  })
  await page.goto(`${url}${hash}`)
  return { page, complaints, close: () => context.close() }
}

const title = (page: Page): Promise<string> => page.locator('article:visible .test').innerText()

/** The colour in the middle of a part of the pictures, from 0 to 1. */
const colourAt = async (page: Page, x: number): Promise<string> => {
  const box = (await page.locator('article:visible .stage').boundingBox())!
  const clip = { x: box.x + x * box.width, y: box.y + (25 / 40) * box.height, width: 1, height: 1 }
  const bytes = await page.screenshot({ clip })
  const { default: sharp } = await import('sharp')
  const [red = 0, green = 0, blue = 0] = await sharp(bytes).raw().toBuffer()
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

describe('the page', () => {
  it('shows the first failure, runs nothing that a name has, and loads nothing', async () => {
    const { page, complaints, close } = await opened()
    expect(await page.title()).toBe('2 of 44 comparisons failed')
    expect(await title(page)).toBe('a: red')
    expect(await page.locator('article:visible').count()).toBe(1)
    await page.getByRole('link', { name: /Within bounds/ }).click()
    expect(await title(page)).toBe(`c: ${HOSTILE}`)
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false)
    expect(complaints).toEqual([])
    await close()
  })

  it('lays the pictures over each other: slider, onion skin, difference and heat map', async () => {
    const { page, close } = await opened()
    await page.getByRole('radio', { name: 'Slider' }).check()
    expect([await colourAt(page, 0.4), await colourAt(page, 0.6)]).toEqual(['#2463eb', '#eb2424'])
    await page.getByRole('slider').fill('40')
    expect([await colourAt(page, 0.35), await colourAt(page, 0.45)]).toEqual(['#2463eb', '#eb2424'])
    const box = (await page.locator('article:visible .stage').boundingBox())!
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 100)
    await page.mouse.up()
    expect(await page.getByRole('slider').inputValue()).toBe('70')
    expect(await colourAt(page, 0.6)).toBe('#2463eb')
    await page.getByRole('radio', { name: 'Onion skin' }).check()
    for (const [value, colour] of [
      ['0', '#2463eb'],
      ['100', '#eb2424'],
    ] as const) {
      // prettier-ignore
      await page.getByRole('slider').fill(value)
      expect(await colourAt(page, 0.5)).toBe(colour)
    }
    await page.getByRole('radio', { name: 'Difference' }).check()
    expect(await colourAt(page, 0.5)).toBe('#c73fc7')
    expect(await colourAt(page, 0.05)).toBe('#000000')
    await page.getByRole('radio', { name: 'Heat map' }).check()
    await page.getByRole('slider').fill('0')
    const grey = await colourAt(page, 0.5)
    expect(new Set(grey.match(/[0-9a-f]{2}/g)).size).toBe(1)
    await page.getByRole('slider').fill('100')
    expect(await colourAt(page, 0.5)).not.toBe(grey)
    await close()
  })

  it('is used by keys, which can be switched off', async () => {
    const { page, close } = await opened()
    const press = (...keys: readonly string[]) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())
    await press('j')
    expect(await title(page)).toBe('b: wide')
    expect(page.url()).toBe(`${url}#${ids['b: wide']!}`)
    // There is no heat map to show.
    await press('5')
    expect(await page.locator('body').getAttribute('data-view')).toBe('side')
    await press('2', 'ArrowRight', 'ArrowRight')
    expect([await page.locator('body').getAttribute('data-view'), await page.getByRole('slider').inputValue()]).toEqual(['slider', '60'])
    await press('k', 'ArrowUp', 'z')
    expect([await title(page), await page.getByLabel('Actual size').isChecked()]).toEqual(['a: red', true])
    await press('/')
    await page.keyboard.type('no such j')
    expect(await page.getByLabel('Filter by test or reference').inputValue()).toBe('no such j')
    await press('Escape')
    await page.getByLabel('Keyboard shortcuts').uncheck()
    await press('j')
    expect(await title(page)).toBe('a: red')
    await close()
  })

  it('filters by words and by result', async () => {
    const { page, close } = await opened()
    const rows = () => page.locator('#list li:visible').count()
    await page.getByLabel('Filter by test or reference').fill('EQUAL number-3')
    expect([await rows(), await title(page)]).toEqual([11, 'e: equal number-3'])
    await page.getByLabel('Filter by test or reference').fill('nothing at all')
    expect([await rows(), await page.getByText('Nothing matches the filter.').isVisible(), await page.locator('article:visible').count()]).toEqual([0, true, 0])
    await page.getByLabel('Filter by test or reference').fill('')
    await page.getByRole('checkbox', { name: /^Failed/ }).uncheck()
    expect([await rows(), await title(page)]).toEqual([42, 'd: new'])
    await close()
  })

  it('copies the command for one comparison, and for all', async () => {
    const { page, close } = await opened(`#${ids['b: wide']!}`)
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    const from = await page.locator('article:visible code').innerText()
    await page.getByRole('button', { name: 'accepts this picture' }).click()
    expect(await clipboard()).toBe(from)
    expect(from).toMatch(new RegExp(`^npx perceptual-loss accept ${ids['b: wide']!} --from `))
    expect(await page.getByRole('status').innerText()).toBe(`Copied: ${from}`)
    await page.getByRole('button', { name: 'accepts all failures' }).click()
    expect(await clipboard()).toBe(from.replace(ids['b: wide']!, '--all'))
    // Without the clipboard of secure pages, as on a plain server.
    await page.evaluate(() => navigator.clipboard.writeText(''))
    await page.evaluate(() => Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('refused')) }))
    await page.keyboard.press('a')
    expect(await clipboard()).toBe(from)
    await close()
  })

  it.each(['light', 'dark'] as const)('has no fault that axe finds, on a screen and on a phone, in %s', async (colorScheme) => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      // prettier-ignore
      const { page, complaints, close } = await opened('', { colorScheme, viewport, bypassCSP: true })
      for (const view of ['Side by side', 'Slider', 'Heat map']) {
        await page.getByRole('radio', { name: view }).check()
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width)
      expect(complaints).toEqual([])
      await close()
    }
  })

  it('shows every comparison without a script', async () => {
    const { page, close } = await opened('', { javaScriptEnabled: false })
    expect(await page.locator('article:visible').count()).toBe(44)
    await close()
  })
})
