/** Threads of the WASM kernels in Chromium and Firefox: on a cross-origin-isolated page, where its policy refuses workers, and on a page that is not isolated. */
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChromium } from './chromium.js'
import { startFirefox } from './firefox.js'
import { serve, type Spoil } from './server.js'
import type { Seen, seen } from './threads.page.js'

let script: string

beforeAll(async () => {
  const bundled = await build({
    entryPoints: [new URL('threads.page.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'error',
    // Workers run functions of the bundle from their source.
    minify: true,
  })
  script = bundled.outputFiles[0]?.text ?? ''
})

/** TensorFlow.js takes half of them, however many the machine has. */
const sixProcessors = (): void => {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 6 })
}

/** What the tests need of a browser. */
interface Browser {
  readonly page: () => Promise<Page>
  readonly close: () => Promise<void>
}

/** What they need of a page. */
interface Page {
  readonly goto: (url: string) => Promise<unknown>
  readonly addScriptTag: (script: { readonly content: string }) => Promise<unknown>
  readonly evaluate: (f: (refuses: boolean) => Promise<Seen>, refuses: boolean) => Promise<Seen>
  readonly close: () => Promise<void>
}

const chromium = async (): Promise<Browser> => {
  const browser = await startChromium()
  const page = async (): Promise<Page> => {
    const opened = await browser.newPage()
    await opened.addInitScript(sixProcessors)
    return opened
  }
  return { page, close: () => browser.close() }
}

const firefox = async (): Promise<Browser> => {
  const browser = await startFirefox()
  const page = async (): Promise<Page> => {
    const opened = await browser.newPage()
    await opened.evaluateOnNewDocument(sixProcessors)
    return opened
  }
  return { page, close: () => browser.close() }
}

const isolating: Spoil = (_path, _bytes, response) => {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin').setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  return false
}

const onPage = async (browser: Browser, spoil: Spoil | undefined, refusesWorkers: boolean): Promise<Seen> => {
  const server = await serve(new URL('../..', import.meta.url).pathname, spoil)
  const page = await browser.page()
  try {
    await page.goto(`http://localhost:${String(server.port)}/package.json`)
    await page.addScriptTag({ content: script })
    return await page.evaluate((refuses) => (window as unknown as { readonly seen: typeof seen }).seen(refuses), refusesWorkers)
  } finally {
    await page.close()
    await server.close()
  }
}

describe.each([
  ['Chromium', chromium],
  ['Firefox', firefox],
])('the kernels in %s', (_name, start) => {
  let browser: Browser

  beforeAll(async () => {
    browser = await start()
  })

  afterAll(() => browser.close())

  it('run on all threads of an isolated page, and give the numbers of one', async () => {
    expect(await onPage(browser, isolating, false)).toEqual({ isolated: true, threads: 3, tookPart: 3, equal: true, refused: [] })
  })

  it('run on one thread where the policy of an isolated page refuses workers', async () => {
    expect(await onPage(browser, isolating, true)).toEqual({ isolated: true, threads: 3, tookPart: 1, equal: true, refused: ['worker-src', 'worker-src'] })
  })

  it('run on one thread of a page that is not isolated', async () => {
    expect(await onPage(browser, undefined, false)).toEqual({ isolated: false, threads: 1, tookPart: 1, equal: true, refused: [] })
  })
})
