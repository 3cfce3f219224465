/** Threads of the WASM kernels in Chromium: on a cross-origin-isolated page, where its policy refuses workers, and on a page that is not isolated. */
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startChromium } from './chromium.js'
import { serve, type Spoil } from './server.js'
import type { Seen, seen } from './threads.page.js'

let browser: Browser
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
  browser = await startChromium()
  return () => browser.close()
})

const isolating: Spoil = (_path, _bytes, response) => {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin').setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  return false
}

const onPage = async (spoil: Spoil | undefined, refusesWorkers: boolean): Promise<Seen> => {
  const server = await serve(new URL('../..', import.meta.url).pathname, spoil)
  const page = await browser.newPage()
  // TensorFlow.js takes half of them, however many the machine has.
  await page.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', { value: 6 }))
  try {
    await page.goto(`http://localhost:${String(server.port)}/package.json`)
    await page.addScriptTag({ content: script })
    return await page.evaluate((refuses) => (window as unknown as { readonly seen: typeof seen }).seen(refuses), refusesWorkers)
  } finally {
    await page.close()
    await server.close()
  }
}

describe('the kernels', () => {
  it('run on all threads of an isolated page, and give the numbers of one', async () => {
    expect(await onPage(isolating, false)).toEqual({ isolated: true, threads: 3, tookPart: 3, equal: true, refused: [] })
  })

  it('run on one thread where the policy of an isolated page refuses workers', async () => {
    expect(await onPage(isolating, true)).toEqual({ isolated: true, threads: 3, tookPart: 1, equal: true, refused: ['worker-src', 'worker-src'] })
  })

  it('run on one thread of a page that is not isolated', async () => {
    expect(await onPage(undefined, false)).toEqual({ isolated: false, threads: 1, tookPart: 1, equal: true, refused: [] })
  })
})
