/** The playground in Firefox. */
import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'
import { expect } from 'vitest'

const USUAL = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

/** That of FIREFOX, or an installed one. Throws where there is none, for the test must not pass unseen. */
const firefoxPath = (): string => {
  const path = process.env['FIREFOX'] ?? USUAL.find((usual) => existsSync(usual))
  if (path === undefined) throw new Error('This test needs Firefox: install it (apt-get install firefox-esr), or set FIREFOX to the path of a Firefox.')
  return path
}

/** What the page shows. */
interface Shown {
  readonly value: string | undefined
  readonly backend: string | undefined
  readonly problem: string | undefined
}

/** Opens a page in Firefox, and gives what it shows when the value has come. */
export const inFirefox = async (url: string): Promise<Shown> => {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefoxPath() })
  try {
    const page = await browser.newPage()
    await page.goto(url)
    const shown = (): Promise<Shown> =>
      page.evaluate(() => {
        const data = (id: string): DOMStringMap | undefined => document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.dataset
        return { value: data('value')?.['value'], backend: data('backend')?.['backend'], problem: document.querySelector('[role=alert]')?.textContent }
      })
    await expect.poll(async () => (await shown()).value, { timeout: 120_000, interval: 500 }).toBeDefined()
    return await shown()
  } finally {
    await browser.close()
  }
}
