/** The built site: every link works, the reference has signatures and categories, and Chromium shows, searches and draws it without an error, from a server's subfolder. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { LinkChecker, LinkState } from 'linkinator'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../../scripts/docs/catalogue.js'
import * as exported from '../../../src/index.js'
import { readLink } from '../../../playground/link.js'
import { usualSettings } from '../../../playground/settings.js'
import { startChromium } from '../../browser/chromium.js'
import { serve, type Server } from '../../browser/server.js'
import { root } from '../../docs/documents.js'
import { violations } from '../playground/app.js'

const run = promisify(execFile)

/** What the documents of recipes have in place of the recipe's name. */
const RECIPES: Readonly<Record<string, string>> = {
  lpips: 'lpips.alex.lin0',
  dists: 'dists.stage0',
  aDists: 'adaptiveStructureTexture',
  perceptual: 'block2_conv2',
  johnsonContent: 'block3_conv3',
  johnsonStyle: 'gram',
  gatysStyle: 'gram',
  laplacianPyramid: 'highPassed',
  wassersteinDistortion: 'localStatistics',
}

let top: string
let site: string
let server: Server
let browser: Browser
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'perceptual-loss-site-'))
  site = join(top, 'some', 'folder')
  await mkdir(site, { recursive: true })
  await run(process.execPath, [join(root, 'node_modules', 'typedoc', 'bin', 'typedoc'), '--out', join(site, 'built'), '--treatWarningsAsErrors'], { cwd: root })
  await cp(join(site, 'built'), site, { recursive: true })
  await rm(join(site, 'built'), { recursive: true })
  server = await serve(top)
  browser = await startChromium()
}, 600_000)
afterAll(async () => {
  await browser.close()
  await server.close()
  await rm(top, { recursive: true, force: true })
})

const pages = (): readonly string[] =>
  readdirSync(site, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith('.html') ? [relative(site, join(entry.parentPath, entry.name))] : [],
  )

const address = (page: string): string => `http://127.0.0.1:${String(server.port)}/some/folder/${page}`

/** Opens a page and gives what it complained of. */
const opened = async (page: Page, url: string): Promise<readonly string[]> => {
  const complaints: string[] = []
  page.on('console', (message) => (message.type() === 'error' ? complaints.push(message.text()) : 0))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(request.url()))
  await page.goto(url)
  return complaints
}

/** Shows a page in light or dark, and waits until its colours no longer change and its diagrams are drawn in them. */
const showIn = async (page: Page, colorScheme: 'light' | 'dark'): Promise<void> => {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (theme) =>
      document.getAnimations().every(({ playState }) => playState !== 'running') &&
      [...document.querySelectorAll('figure')].every((figure) => !figure.classList.contains('diagram') || figure.dataset['theme'] === theme),
    colorScheme === 'light' ? 'neutral' : 'dark',
  )
}

describe('the site', () => {
  it('has a page for every loss', () => {
    const documents = pages().filter((page) => page.startsWith('documents'))
    for (const { id } of catalogue)
      expect(
        documents.map((page) => page.split('.').at(-2)),
        id,
      ).toContain(id)
  })

  it('shows every callable export as a function with a signature, every other value as a variable or a class', () => {
    const kindOf = (value: unknown): string => (typeof value !== 'function' ? 'variables' : value === exported.LossException ? 'classes' : 'functions')
    for (const [name, value] of Object.entries(exported)) {
      const file = join(site, kindOf(value), `perceptual-loss.${name}.html`)
      expect(existsSync(file), file).toBe(true)
      if (kindOf(value) === 'functions') expect(readFileSync(file, 'utf8'), name).toContain('class="tsd-signature ')
    }
    expect(readFileSync(join(site, 'functions', 'perceptual-loss.ssim.html'), 'utf8')).toMatch(/>Parameters<\/h4>[^]*>feature<[^]*>options<[^]*>SsimOptions</)
  })

  it('groups the index of the package by the sections of src/index.ts and src/metrics/index.ts', () => {
    const index = readFileSync(join(site, 'modules', 'perceptual-loss.html'), 'utf8')
    const headings = [...index.matchAll(/<h2 class="tsd-anchor-link" id="[^"]*">([^<]*)/g)].map(([, heading]) => heading)
    expect(headings).toEqual([
      'Features',
      'Metrics',
      'Regularizers',
      'Scores',
      'Combinators',
      'Recipes',
      'Extractors',
      'Interpreters',
      'Weights',
      'Defining your own',
      'Backends',
      'Errors',
      'Types',
    ])
  })

  it('has the playground on every page, on the index beside its code and in its table, too', () => {
    const index = readFileSync(join(site, 'index.html'), 'utf8')
    for (const [text, link] of [
      ['Open the playground', 'playground/index.html"'],
      ['Open in the playground', 'playground/index.html#json='],
      ['The playground', 'playground/index.html"'],
    ] as const)
      expect(index).toMatch(new RegExp(`<a [^>]*href="${link}[^>]*>${text}</a>`))
    for (const page of pages().filter((path) => /^(documents|functions|modules)\//.test(path)))
      expect(readFileSync(join(site, page), 'utf8'), page).toContain('class="playground" href="../playground/index.html"')
  })

  it('opens the loss of each page in the playground, but for losses over networks that the playground does not have', () => {
    const linked = catalogue.flatMap(({ id }) => {
      const html = readFileSync(join(site, pages().find((page) => page.startsWith('documents') && page.split('.').at(-2) === id) ?? ''), 'utf8')
      const link = /href="\.\.\/playground\/index\.html#([^"]*)"/.exec(html)?.[1]
      return link === undefined ? [] : [{ id, ...readLink(link.replaceAll('&amp;', '&'), usualSettings(false)) }]
    })
    for (const { id, loss, problem } of linked) {
      expect(problem, id).toBeUndefined()
      expect(JSON.stringify(loss && exported.encode(loss)), id).toContain(RECIPES[id] ?? `"${id}"`)
    }
    const unlinked = catalogue.map(({ id }) => id).filter((id) => !linked.some((page) => page.id === id))
    // VGG19's losses, that of the shift-tolerant AlexNet, and those of a discriminator or an ONNX file of one's own.
    expect(unlinked.sort()).toEqual([
      ...[
        'dinoPerceptual',
        'discriminator',
        'dreamsim',
        'esrgan',
        'hinge',
        'leastSquares',
        'nonSaturating',
        'realEsrgan',
        'relativistic',
        'stLpips',
        'wasserstein',
      ],
    ])
  })

  it('has no link that leads nowhere', { timeout: 300_000 }, async () => {
    const { links } = await new LinkChecker().check({
      path: address(''),
      recurse: true,
      // The playground is built beside it, and tested as a page of its own.
      linksToSkip: ['^https?://(?!127\\.0\\.0\\.1)', '/playground/index\\.html'],
      concurrency: 20,
    })
    expect(links.filter(({ state }) => state === LinkState.BROKEN).map(({ url, parent }) => `${parent ?? ''} -> ${url}`)).toEqual([])
    expect(links.length).toBeGreaterThan(200)
  })

  it(
    'draws every kind of page without an error, on a phone without scrolling sideways, with contrast that axe accepts in light and in dark',
    { timeout: 300_000 },
    async () => {
      const some = pages().filter((name) =>
        /^index|documents\/(.*\.)?(ssim|lpips|hinge|gram|A_tour|From_piq|From_the_Keras_article|slicedWasserstein|.*Losses_are_values|.*Which_metric_)\.html$|modules\/perceptual-loss(_jest)?\.html/.test(
          name,
        ),
      )
      expect(some.length).toBeGreaterThanOrEqual(10)
      for (const name of some) {
        // A page of its own: what the last one still loads is no failure of this one.
        const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
        expect(await opened(page, address(name)), name).toEqual([])
        const [wide, broken] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          Array.from(document.images)
            .filter((image) => !image.complete || image.naturalWidth === 0)
            .map(({ src }) => src),
        ])
        expect(broken, name).toEqual([])
        expect(wide, name).toBeLessThanOrEqual(390)
        for (const colorScheme of ['light', 'dark'] as const) {
          await showIn(page, colorScheme)
          expect(await violations(page, ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']), `${name}, ${colorScheme}`).toEqual([])
        }
        await page.close()
      }
    },
  )

  it('shows the table of which metric to take on one screen, and its curves beside each other on a desktop', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    expect(await opened(page, address(pages().find((name) => /documents\/(.*\.)?Which_metric_\.html/.test(name)) ?? ''))).toEqual([])
    const table = await page.locator('table').first().boundingBox()
    expect(table && table.y + table.height).toBeLessThanOrEqual(720)
    const [first, second] = await page.locator('.curves > img').all()
    expect((await second?.boundingBox())?.y).toBe((await first?.boundingBox())?.y)
    await page.close()
  })

  it('renders formulas with their fonts', async () => {
    const page = await browser.newPage()
    expect(await opened(page, address(pages().find((name) => /documents\/(.*\.)?ssim\.html/.test(name)) ?? ''))).toEqual([])
    expect(await page.locator('.katex-html').count()).toBeGreaterThan(0)
    const loaded = await page.evaluate(async () => {
      const families: string[] = []
      await document.fonts.ready
      document.fonts.forEach(({ family, status }) => (status === 'loaded' ? families.push(family) : 0))
      return families.join()
    })
    expect(loaded).toContain('KaTeX_Main')
    await page.close()
  })

  it.each(['a server', 'a file'])('draws plans from %s, in light and in dark', async (from) => {
    const name = pages().find((path) => /documents\/(.*\.)?Losses_are_values\.html/.test(path)) ?? ''
    const page = await browser.newPage({ colorScheme: 'light' })
    const complaints = await opened(page, from === 'a file' ? `file://${join(site, name)}` : address(name))
    // From a file Chromium refuses TypeDoc's icons, and says so.
    expect(complaints.filter((said) => !said.includes('icons.svg'))).toEqual([])
    const drawing = page.locator('figure.diagram svg')
    await drawing.waitFor()
    expect(await drawing.textContent()).toContain('block2_conv2')
    expect(await page.locator('pre > code.mermaid').isVisible()).toBe(false)
    const light = await drawing.innerHTML()
    await showIn(page, 'dark')
    expect(await drawing.innerHTML()).not.toBe(light)
    await page.close()
  })

  it.each(['a server', 'a file'])('is searched from %s', async (from) => {
    const page = await browser.newPage()
    await opened(page, from === 'a file' ? `file://${join(site, 'index.html')}` : address('index.html'))
    await page.locator('#tsd-search-trigger').click()
    await page.locator('#tsd-search-input').fill('lpips')
    const found = page.locator('#tsd-search-results a')
    await found.first().waitFor({ timeout: 10_000 })
    expect((await found.allTextContents()).join(' ')).toContain('lpips')
    for (const [typed, name] of [
      ['LPIPS', 'lpips'],
      ['Lpips', 'lpips'],
      ['MS-SSIM', 'msSsim'],
      ['ms ssim', 'msSsim'],
    ] as const) {
      await page.locator('#tsd-search-input').fill(typed)
      await expect.poll(async () => (await found.allTextContents()).slice(0, 3).join(' '), { message: typed }).toContain(name)
    }
    await page.close()
  })
})
