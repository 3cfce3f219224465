/** The browser of the tests. */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** A name that leads to this machine; its pages are not a secure context, as those of localhost are. */
export const INSECURE_HOST = 'plain.example'

/** Chromium with WebGL and WebGPU by SwiftShader, on machines without a graphics card. */
export const CHROMIUM_WITH_GPU = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  // The page itself is drawn by the processor, not through WebGL that the processor imitates: playground.test.ts takes 172 s of the processor, 254 so.
  '--disable-gpu-compositing',
  '--disable-quic',
  '--no-first-run',
]

/** That of CHROMIUM, or an installed one. Throws where there is none, for these tests must not pass unseen. */
export const chromiumPath = (): string => {
  const path = process.env['CHROMIUM'] ?? USUAL.find((usual) => existsSync(usual))
  if (path === undefined)
    throw new Error('The browser tests need Chromium: install it (apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome.')
  return path
}

/** Starts Chromium, without a graphics card unless told otherwise. */
export const startChromium = (args: readonly string[] = QUIET): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', ...args, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`] })

/** What a page of the tests has computed. */
export type Result = { readonly value: number } | { readonly tag: string; readonly message: string }

/** Opens a page and waits for what it computes. */
export const resultOf = async (browser: Browser, url: string): Promise<Result> => {
  const page = await browser.newPage()
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  try {
    await page.goto(url)
    // The development server of a bundler may load the page again when it has found what the app imports.
    await page.waitForFunction(() => 'result' in window, undefined, { timeout: 30_000 })
    return await page.evaluate(() => (window as unknown as { readonly result: Promise<Result> }).result)
  } catch (error) {
    throw new Error(`${url} gave no result; the page said: ${said.join('\n') || 'nothing'}`, { cause: error })
  } finally {
    await page.close()
  }
}
