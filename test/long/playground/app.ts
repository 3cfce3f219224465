/** The playground as its users have it: over the packed package in node_modules, built by Vite. */
import axe from 'axe-core'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { installed, root } from '../../package/packed.js'

/** What the page imports besides the package and what that brings. */
const MODULES = ['vite', 'preact', 'katex', 'idb-keyval', 'gifenc', 'sharp', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu']

/** A new folder with the package as npm lays it, and the playground beside it; whoever asked removes it. */
export const playgroundBesidePackage = async (): Promise<string> => {
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

/** Longer than software that draws in place of a graphics card takes. */
const PATIENCE = { timeout: 240_000 }

/** The page, open at a link. */
export interface Opened {
  readonly page: Page
  /** What the page said that it should not have. */
  readonly complaints: readonly string[]
  /** Waits until nothing is being computed, and gives the value of the loss. */
  readonly settled: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Opens the page at a link, the part after #. */
export const open = async (browser: Browser, url: string, hash: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${url}#${hash}`)
  const settled = async (): Promise<number> => {
    // Sliders rest before anything is computed.
    await page.waitForTimeout(300)
    await page.waitForFunction(
      () => document.querySelector('.busy') === null && document.querySelector('[data-testid=backend][data-backend]') !== null,
      undefined,
      PATIENCE,
    )
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
