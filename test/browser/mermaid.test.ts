/** `toMermaid` renders in Mermaid, in Chromium, and its labels show names as they are. */
import fc from 'fast-check'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatysStyle, lpips, mse, named, pixels, sum, toMermaid } from '../../src/index.js'
import { LAYERED, odd, tricky, TRICKY } from '../support/oddLosses.js'
import { startChromium } from './chromium.js'

describe('toMermaid', () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await startChromium()
    page = await browser.newPage()
    await page.setContent('<!doctype html><body></body>')
    await page.addScriptTag({
      path: createRequire(new URL('../../scripts/docs/package.json', import.meta.url))
        .resolve('mermaid')
        .replace(/mermaid\.core\.mjs$/, 'mermaid.min.js'),
    })
    await page.evaluate('mermaid.initialize({ startOnLoad: false, maxTextSize: 1e6, maxEdges: 5000 })')
  })
  afterAll(() => browser.close())

  /** What Mermaid draws: the text of its labels; or its complaint. */
  const labels = (charts: readonly string[]): Promise<readonly (readonly string[] | string)[]> =>
    page.evaluate(async (texts) => {
      const { mermaid } = window as unknown as { readonly mermaid: { readonly render: (id: string, text: string) => Promise<{ readonly svg: string }> } }
      const drawn: (string[] | string)[] = []
      for (const [i, text] of texts.entries())
        try {
          const { svg } = await mermaid.render(`chart${String(i)}`, text)
          const parsed = new DOMParser().parseFromString(svg, 'text/html')
          drawn.push(Array.from(parsed.querySelectorAll('.nodeLabel'), ({ textContent }) => textContent))
        } catch (error) {
          drawn.push(`${String(error)} in ${text}`)
        }
      return drawn
    }, charts)

  it('renders in Mermaid without an error, whatever the names', async () => {
    const losses = [
      ...fc.sample(LAYERED, { numRuns: 25, seed: 9 }),
      ...fc.sample(odd, { numRuns: 10, seed: 9 }),
      ...tricky,
      gatysStyle(),
      lpips({ net: 'vgg' }),
      sum(),
    ]
    const drawn = await labels(losses.map(toMermaid))
    expect(drawn.filter((labels) => typeof labels === 'string')).toEqual([])
    expect(drawn.every((labels) => labels.includes('loss'))).toBe(true)
  })

  it('shows names as they are', async () => {
    const names = TRICKY.filter((name) => !/[\n\t\u2028\ud800]/.test(name) && name.trim() !== '' && !name.includes('😀'))
    const drawn = await labels(names.map((name) => toMermaid(named(name, mse(pixels)))))
    expect(drawn.map((labels, i) => labels.includes(names[i] ?? ''))).toEqual(names.map(() => true))
  })
})
