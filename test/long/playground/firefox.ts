/** The playground in Firefox. */
import { expect } from 'vitest'
import { startFirefox } from '../../browser/firefox.js'

/** What the page shows. */
interface Shown {
  readonly value: string | undefined
  readonly backend: string | undefined
  readonly problem: string | undefined
}

/** Opens a page in Firefox, and gives what it shows when the value has come. */
export const inFirefox = async (url: string): Promise<Shown> => {
  const browser = await startFirefox()
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
