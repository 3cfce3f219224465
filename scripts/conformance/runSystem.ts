/** Runs the suite on one system. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { CHROMIUM_WITH_GPU, startChromium } from '../../test/browser/chromium.js'
import { serve } from '../../test/browser/server.js'
import { dawnDriver } from './dawnDriver.js'
import type { Measured } from './measure.js'
import type { NetworkName } from './suite.js'
import { IN_CHROMIUM, type ChromiumSystem, type Extent, type System } from './systems.js'
import { fromWire, type Wire } from './wire.js'

/** The suite's results on a system, from the folder that `lay` made. */
export const runSystem = (system: System, folder: string, networks: readonly NetworkName[], extent: Extent): Promise<readonly Measured[]> => {
  const browser = IN_CHROMIUM.find((name) => name === system)
  return browser === undefined ? inNode(system, folder, networks, extent) : inChromium(browser, folder, networks, extent)
}

/** Milliseconds: a busy machine starts a browser slowly. */
const MINUTES = 240_000

const inChromium = async (backend: ChromiumSystem, folder: string, networks: readonly NetworkName[], extent: Extent): Promise<readonly Measured[]> => {
  const server = await serve(folder)
  const browser = await startChromium(CHROMIUM_WITH_GPU)
  try {
    const page = await browser.newPage()
    await page.goto(`http://localhost:${String(server.port)}/`, { timeout: MINUTES })
    const results: Measured[] = []
    await page.exposeFunction('conformanceResult', (result: Wire) => {
      results.push(fromWire(result))
    })
    await page.evaluate(([name, known, cases]) => window.conformance(name, known, cases), [backend, networks, extent] as const)
    return results
  } finally {
    await browser.close()
    await server.close()
  }
}

const inNode = async (system: System, folder: string, networks: readonly NetworkName[], extent: Extent): Promise<readonly Measured[]> => {
  const worker = new URL('worker.ts', import.meta.url).pathname
  const environment = { ...process.env, ...(system === 'webgpu in Node' ? dawnDriver()?.environment : {}), TF_CPP_MIN_LOG_LEVEL: '2' }
  const child = spawn(process.execPath, ['--import', 'tsx', worker, system, folder, networks.join(), extent], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const results: Measured[] = []
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{')) results.push(fromWire(JSON.parse(line) as Wire))
  const code = await ended
  if (code !== 0) throw new Error(`${system} ended with ${String(code)} after ${String(results.length)} cases:\n${said.join('').slice(-2000)}`)
  return results
}

/** The version of the browser. */
export const chromiumVersion = async (): Promise<string> => {
  const browser = await startChromium()
  const version = browser.version()
  await browser.close()
  return version
}
