/**
 * Screenshots of the study's pages in Chromium: as they should be, with each regression, and in each rendering. They are kept in `.cache/matchers`, in a folder named after
 * all that they depend on.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page, type Route } from 'playwright-core'
import sharp from 'sharp'
import { chromiumPath } from '../../test/browser/chromium.js'
import { REGRESSIONS, type Regression } from './regressions.js'
import { RENDERINGS, type Rendering } from './renderings.js'

/** A screenshot to judge, with that of the page as it should be. */
export interface Case {
  readonly page: string
  readonly kind: string
  readonly what: string
  /** Whether a test should fail. */
  readonly regression: boolean
  /** Paths of PNG files of one size. */
  readonly reference: string
  readonly picture: string
}

/** The pages' sizes in CSS pixels: width and height. */
const SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  form: [768, 800],
  article: [1280, 720],
  dashboard: [1280, 720],
  shop: [1024, 640],
  settings: [1024, 600],
  dark: [390, 780],
}

/** The names of the pages. */
export const PAGES = Object.keys(SIZES)

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'scripts/matchers')
const USUAL = ['--disable-gpu']

/** All cases of these pages: `count` of each sort per page, evenly spread, or all; those without a screenshot are rendered. */
export const cases = async (pages: readonly string[] = PAGES, count = Infinity): Promise<readonly Case[]> => {
  const cache = join(root, '.cache/matchers', await fingerprint())
  await mkdir(cache, { recursive: true })
  const wanted = pages.flatMap((page) => wantedOf(page, count, cache))
  await render(wanted.filter(({ path }) => !existsSync(path)), cache) // prettier-ignore
  return wanted.flatMap(({ page, change, path, reference }): readonly Case[] =>
    change === undefined ? [] : [{ page, kind: change.kind, what: change.what, regression: isRegression(change), reference, picture: path }],
  )
}

/** A screenshot, and its file. */
interface Wanted {
  readonly page: string
  readonly change: Regression | Rendering | undefined
  readonly path: string
  readonly reference: string
}

const isRegression = (change: Regression | Rendering): boolean => Object.values(REGRESSIONS).some((all) => all.some((one) => one === change))

const wantedOf = (page: string, count: number, cache: string): readonly Wanted[] => {
  const reference = join(cache, `${page}.png`)
  const some = <A>(all: readonly A[], name: string): readonly (readonly [A, string])[] => {
    const step = Math.max(1, all.length / count)
    return all
      .map((one, i) => [one, join(cache, `${page}-${name}-${String(i + 1).padStart(2, '0')}.png`)] as const)
      .filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
  }
  const changes = [...some<Regression | Rendering>(REGRESSIONS[page] ?? [], 'regression'), ...some<Regression | Rendering>(RENDERINGS[page] ?? [], 'rendering')]
  return [{ page, change: undefined, path: reference, reference }, ...changes.map(([change, path]) => ({ page, change, path, reference }))]
}

/** What the screenshots depend on, in short. */
const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify([SIZES, REGRESSIONS, RENDERINGS]))
  for (const file of await readdir(join(folder, 'pages'))) hash.update(await readFile(join(folder, 'pages', file)))
  for (const file of ['screenshots.ts', 'package-lock.json']) hash.update(await readFile(join(folder, file)))
  return hash
    .update(await chromiumVersion())
    .digest('hex')
    .slice(0, 16)
}

let version: Promise<string> | undefined

/** The version of the browser. */
export const chromiumVersion = (): Promise<string> =>
  (version ??= chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', ...USUAL] }).then(async (browser) => {
    const found = browser.version()
    await browser.close()
    return found
  }))

/** One browser for each setting of flags and fonts. */
const render = async (wanted: readonly Wanted[], cache: string): Promise<void> => {
  const settingOf = ({ change }: Wanted): string =>
    JSON.stringify(change === undefined || !('fonts' in change || 'flags' in change) ? [] : [change.flags, change.fonts])
  for (const setting of new Set(wanted.map(settingOf))) {
    const those = wanted.filter((one) => settingOf(one) === setting)
    const browser = await launched(those[0]?.change ?? { kind: '', what: '' }, cache)
    for (const one of those) await writeFile(one.path, await screenshot(browser, one))
    await browser.close()
  }
}

const launched = async ({ flags = USUAL, fonts }: Rendering, cache: string): Promise<Browser> => {
  const options = { executablePath: chromiumPath(), args: ['--no-sandbox', ...flags] }
  if (fonts === undefined) return chromium.launch(options)
  const file = join(cache, 'fonts.conf')
  const edits = fonts.map(([name, value]) => `<edit name="${name}" mode="assign">${value}</edit>`).join('')
  const settings = ['font', 'pattern'].map((target) => `<match target="${target}">${edits}</match>`).join('')
  await writeFile(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>${settings}</fontconfig>`)
  return chromium.launch({ ...options, env: { ...process.env, FONTCONFIG_FILE: file } })
}

const screenshot = async (browser: Browser, { page: name, change }: Wanted): Promise<Buffer> => {
  const [width = 0, height = 0] = SIZES[name] ?? []
  const rendering: Rendering | undefined = change
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: rendering?.deviceScale ?? 1 })
  const page = await context.newPage()
  await page.route('http://pages.example/**', (route) => serve(route, rendering))
  await page.goto(`http://pages.example/${name}.html`)
  await apply(page, change)
  // Fonts that a regression uses first are loaded after it.
  await page.evaluate('document.body.offsetHeight; document.fonts.ready.then(() => undefined)')
  const png = await page.screenshot({ animations: 'disabled', scale: 'device' })
  await context.close()
  return rendering?.deviceScale === undefined ? png : sharp(png).resize(width, height).png().toBuffer()
}

const apply = async (page: Page, change: Regression | Rendering | undefined): Promise<void> => {
  if (change === undefined) return
  if (change.css !== undefined) await page.addStyleTag({ content: change.css })
  if ('script' in change) await page.evaluate(change.script)
}

/** Pages, fonts and photographs from files. */
const serve = async (route: Route, rendering: Rendering | undefined): Promise<void> => {
  const path = new URL(route.request().url()).pathname
  const font = /^\/fonts\/(.+)-(\d+)\.woff2$/.exec(path)
  if (font !== null) return route.fulfill({ path: fontFile(font[1] ?? '', font[2] ?? '', rendering?.otherFonts ?? false) })
  if (!path.startsWith('/images/')) return route.fulfill({ path: join(folder, 'pages', path) })
  const photograph = join(root, 'examples', path)
  if (!existsSync(photograph)) return route.fulfill({ status: 404 })
  if (rendering?.recompressed !== true) return route.fulfill({ path: photograph })
  return route.fulfill({ body: await sharp(photograph).webp({ quality: 80 }).toBuffer(), contentType: 'image/webp' })
}

const fontFile = (name: string, weight: string, other: boolean): string =>
  join(folder, 'node_modules', (other ? OTHER_FONTS[name]?.(weight) : undefined) ?? `@fontsource/${name}/files/${name}-latin-${weight}-normal.woff2`)

const OTHER_FONTS: Readonly<Record<string, (weight: string) => string>> = {
  inter: (weight) => `inter-3/files/inter-latin-${weight}-normal.woff2`,
  roboto: (weight) => `roboto-fontface/fonts/roboto/Roboto-${weight === '700' ? 'Bold' : 'Regular'}.woff2`,
  'source-serif-4': () => '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
}
