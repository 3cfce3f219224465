/** The warning of pictures of 0..255 under the default range, on the backends that read asynchronously. */
import { build } from 'esbuild'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, CHROMIUM_WITH_GPU } from './chromium.js'
import type { warned } from './rangeWarning.page.js'
import { serve } from './server.js'

let browser: Browser
let server: Awaited<ReturnType<typeof serve>>
let script: string
beforeAll(async () => {
  const bundled = await build({
    entryPoints: [new URL('rangeWarning.page.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { 'import.meta.url': '"http://localhost/"' },
    logLevel: 'error',
  })
  script = bundled.outputFiles[0]?.text ?? ''
  server = await serve(new URL('../..', import.meta.url).pathname)
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', ...CHROMIUM_WITH_GPU] })
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

const inPage = async (backend: string, factor: number): ReturnType<typeof warned> => {
  const page = await browser.newPage()
  try {
    await page.goto(`http://localhost:${String(server.port)}/package.json`)
    await page.addScriptTag({ content: script })
    return await page.evaluate(([name, by]) => (window as unknown as { readonly warned: typeof warned }).warned(name, by), [backend, factor] as const)
  } finally {
    await page.close()
  }
}

describe.each(['webgl', 'webgpu'])('on %s', (backend) => {
  it('pictures of 0..255 get one warning, and no tensor stays', async () => {
    expect(await inPage(backend, 250)).toEqual({ backend, warnings: [expect.stringContaining("'target' has values up to 250, but range is [0, 1]")], left: 0 })
  })

  it('pictures in the range get none', async () => {
    expect(await inPage(backend, 1)).toEqual({ backend, warnings: [], left: 0 })
  })
})
