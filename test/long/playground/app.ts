/** The playground as its users have it: over the packed package in node_modules, built by Vite. */
import axe from 'axe-core'
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { build, preview } from 'vite'
import { expect } from 'vitest'
import { writeLink } from '../../../playground/link.js'
import { usualSettings, type Settings } from '../../../playground/settings.js'
import { featureAt, gram, mae, mse, pixels, sum, weighted, type Loss } from '../../../src/index.js'
import { CHROMIUM_WITH_GPU, startChromium } from '../../browser/chromium.js'
import { INPUTS, installed, root } from '../../package/packed.js'
import { madeOnce } from '../../support/madeOnce.js'

/** What the page imports besides the package, TensorFlow.js' own parts among it, which npm lays beside the whole. */
const MODULES = [
  ...['vite', 'preact', 'katex', 'idb-keyval', 'gifenc', 'sharp', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu'],
  ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-webgl'],
]

/** A new folder with the package as npm lays it, and the playground beside it; whoever asked removes it. */
const playgroundBesidePackage = async (): Promise<string> => {
  const user = await installed()
  for (const name of MODULES) {
    await mkdir(dirname(join(user, 'node_modules', name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(user, 'node_modules', name), 'junction')
  }
  const kept = (path: string): boolean => !path.endsWith('dist')
  await cp(join(root, 'playground'), join(user, 'playground'), { recursive: true, filter: kept })
  await cp(join(root, 'examples', 'images'), join(user, 'examples', 'images'), { recursive: true })
  return user
}

/** The built playground, served, and a browser. */
export interface Playground {
  /** The folder with the package and the playground. */
  readonly user: string
  readonly url: string
  readonly browser: Browser
  /** Two small pictures, paths. */
  readonly files: { readonly target: string; readonly prediction: string }
  readonly close: () => Promise<void>
}

/** Builds the playground in these modes of its configuration, once for all tests, and serves it. */
export const startPlayground = async (modes: readonly string[] = ['production']): Promise<Playground> => {
  const user = await playgroundBesidePackage()
  const vite = { configFile: join(user, 'playground', 'vite.config.ts'), logLevel: 'error' as const, preview: { port: 0 } }
  for (const mode of modes) {
    const built = await madeOnce(`playground-${mode}`, [...INPUTS, 'playground', 'examples/images'], async (outDir) => {
      await build({ ...vite, mode, build: { outDir, emptyOutDir: false } })
    })
    await cp(built, join(user, 'playground', 'dist'), { recursive: true })
  }
  const server = await preview(vite)
  const browser = await startChromium(CHROMIUM_WITH_GPU)
  const files = { target: join(user, 'target.png'), prediction: join(user, 'prediction.png') }
  const photograph = sharp(join(root, 'examples', 'images', 'chelsea.jpg')).resize(48, 32)
  await writeFile(files.target, await photograph.clone().png().toBuffer())
  await writeFile(files.prediction, await photograph.clone().blur(2).png().toBuffer())
  const close = async (): Promise<void> => {
    await browser.close()
    await server.close()
    await rm(user, { recursive: true, force: true })
  }
  return { user, url: server.resolvedUrls?.local[0] ?? '', browser, files, close }
}

/** Shallow, for WebGL and WebGPU are drawn in software here; a layer, a Gram and pixels all the same. */
export const shallow = sum(mse(featureAt('block1_conv2')), weighted(20, mse(gram(featureAt('block1_conv1')))), weighted(0.5, mae(pixels)))

const usual = usualSettings(false)

/** The part of the address after #, for a loss and settings. */
export const link = (of: Loss<string, string>, settings: Partial<Settings> = {}): string => writeLink(of, { ...usual, ...settings }, usual)

/** Chooses the small pictures as files. */
export const choosePictures = async (page: Page, { target, prediction }: Playground['files']): Promise<void> => {
  await page.getByLabel('A file for the target').setInputFiles(target)
  await page.getByLabel('A file for the prediction').setInputFiles(prediction)
  for (const of of ['Target', 'Prediction']) await page.getByLabel(of, { exact: true }).getByRole('option', { name: 'My file' }).waitFor({ state: 'attached' })
}

/** Equal to one part in ten thousand; sums of float32 in another order differ by about 1e-6. */
export const expectSame = (value: number, expected: number): void => {
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-4)
}

/** Longer than software that draws in place of a graphics card takes. */
const PATIENCE = { timeout: 240_000 }

/**
 * In the page: whether it has shown a value, or what is wrong, and computed nothing, for half a second. A moment of rest is not enough: on a busy machine the page
 * rests without a value between the choice of one picture and that of the other.
 */
const isSettled = (asked: number): boolean => {
  const kept = window as unknown as { rest?: { readonly asked: number; readonly since: number } | undefined }
  const shown = document.querySelector('[data-testid=value][data-value], [role=alert]') !== null
  const rests = shown && document.querySelector('.busy') === null && document.querySelector('[data-testid=backend][data-backend]') !== null
  if (!rests) kept.rest = undefined
  else if (kept.rest?.asked !== asked) kept.rest = { asked, since: performance.now() }
  return kept.rest !== undefined && performance.now() - kept.rest.since > 500
}

/** The page, open at a link. */
export interface Opened {
  readonly page: Page
  /** What the page said that it should not have. */
  readonly complaints: readonly string[]
  /** Waits until nothing is being computed, and gives the value of the loss. */
  readonly settled: () => Promise<number>
  readonly close: () => Promise<void>
}

/** How the page is opened; `saveData`: in a browser that asks pages to save data. */
type OpenOptions = BrowserContextOptions & { readonly saveData?: boolean }

/** Opens the page at a link, the part after #. */
export const open = async (browser: Browser, url: string, hash: string, { saveData = false, ...options }: OpenOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block', ...options })
  if (saveData) await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${url}#${hash}`)
  const settled = async (): Promise<number> => {
    // Sliders rest before anything is computed, and chosen files are read.
    await page.waitForTimeout(300)
    await page.waitForFunction(isSettled, await page.evaluate(() => performance.now()), { ...PATIENCE, polling: 100 })
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([])
    return Number(await page.getByTestId('value').getAttribute('data-value'))
  }
  return { page, complaints, settled, close: () => context.close() }
}

/** Presses a button that gives a file, keeps the file in a folder, and gives its path. */
export const downloaded = async (page: Page, button: string, folder: string): Promise<string> => {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: button, exact: true }).click()
  const download = await coming
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

/** What axe finds wrong on the page as it is; of these rules, where they are given. */
export const violations = async (page: Page, rules?: readonly string[]): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  return page.evaluate(async (only) => {
    const { violations: found } = await (window as unknown as { readonly axe: typeof axe }).axe.run(only === undefined ? {} : { runOnly: [...only] })
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }, rules)
}
