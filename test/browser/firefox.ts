/** Firefox for the browser tests. */
import { existsSync } from 'node:fs'
import puppeteer, { type Browser } from 'puppeteer-core'

const USUAL = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

/** That of FIREFOX, or an installed one. Throws where there is none, for the test must not pass unseen. */
const firefoxPath = (): string => {
  const path = process.env['FIREFOX'] ?? USUAL.find((usual) => existsSync(usual))
  if (path === undefined) throw new Error('This test needs Firefox: install it (apt-get install firefox-esr), or set FIREFOX to the path of a Firefox.')
  return path
}

/** Starts it, without a window. */
export const startFirefox = (): Promise<Browser> => puppeteer.launch({ browser: 'firefox', executablePath: firefoxPath() })
