/** The playground in Chromium, built over the packed package: its numbers are Node's on every backend, and all of it works by hand and by keyboard. */
import * as tf from '@tensorflow/tfjs'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { createServer } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Settings } from '../../playground/settings.js'
import { compile, encode, featureAt, lpips, mae, mse, pixels, ssim, sum, weighted, type Loss } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { toTorch } from '../../src/python/index.js'
import { serve } from '../browser/server.js'
import { command } from '../cli/process.js'
import { root } from '../package/packed.js'
import { sharedVgg16 } from '../support/network.js'
import { takeNumber } from '../support/tensors.js'
import { choosePictures, downloaded, expectSame, link, open, shallow as loss, startPlayground, violations, type Playground } from './playground/app.js'
import { inFirefox } from './playground/firefox.js'

const MINUTES = 60_000

let opened: Playground
let user: string
let url: string
let browser: Browser
let files: Playground['files']

beforeAll(async () => {
  opened = await startPlayground()
  ;({ user, url, browser, files } = opened)
  return opened.close
}, 10 * MINUTES)

/** The number of the same files in Node. */
const inNode = async (of: Loss<string, string>): Promise<number> => {
  const [target, prediction] = [await readImage(files.target), await readImage(files.prediction)]
  const value = takeNumber(compile(of, await sharedVgg16())(target, prediction))
  tf.dispose([target, prediction])
  return value
}

const choose = (page: Page): Promise<void> => choosePictures(page, files)

describe('its numbers', () => {
  it.each(['wasm', 'webgl', 'webgpu'] as const)(
    "are Node's on %s, which it names",
    async (backend) => {
      const { page, settled, close, complaints } = await open(browser, url, link(sum(mse(pixels)), { backend, side: 96 }))
      await settled()
      await choose(page)
      await page.getByText('JSON', { exact: true }).click()
      await page.getByLabel('The loss as JSON').fill(JSON.stringify(encode(loss)))
      expectSame(await settled(), await inNode(loss))
      expect(await page.getByTestId('backend').getAttribute('data-backend')).toBe(backend)
      // The page is cross-origin isolated, so that WASM has threads.
      if (backend === 'wasm') expect(await page.getByTestId('backend').getAttribute('data-threads')).toBe(String(Math.min(8, availableParallelism())))
      expect(complaints).toEqual([])
      await close()
    },
    10 * MINUTES,
  )
})

it('LPIPS at full size is the number of the command line, and pictures of two shapes are asked about', async () => {
  const own = { target: join(user, 'a.png'), prediction: join(user, 'b.png') }
  const photograph = sharp(join(root, 'examples', 'images', 'coffee.jpg')).resize(400, 266, { fit: 'fill' })
  await writeFile(own.target, await photograph.clone().png().toBuffer())
  await writeFile(own.prediction, await photograph.clone().blur(1.5).png().toBuffer())
  const { page, settled, close } = await open(browser, url, link(lpips(), { backend: 'wasm', side: 96 }))
  await page.getByLabel('A file for the target').setInputFiles(own.target)
  await page.getByLabel('A file for the prediction').setInputFiles(own.prediction)
  await page.getByText('96 × 64 px, scaled down from 400 × 266').waitFor()
  const small = await settled()
  await page.getByRole('button', { name: 'Full size' }).click()
  await page.getByText('400 × 266 px, full size').waitFor()
  const value = await settled()
  const [program, ...args] = command(['compare', own.target, own.prediction, '--loss', 'lpips', '--json'])
  const { stdout } = await promisify(execFile)(program, args, { cwd: root })
  const [{ scores }] = JSON.parse(stdout) as [{ readonly scores: { readonly lpips: number } }]
  expectSame(value, scores.lpips)
  expect(Math.abs(small / value - 1)).toBeGreaterThan(0.1)
  await writeFile(own.prediction, await photograph.clone().resize(200, 200, { fit: 'fill' }).png().toBuffer())
  await page.getByLabel('A file for the prediction').setInputFiles(own.prediction)
  await page.getByText('The target has 400 × 266 px, the prediction 200 × 200.').waitFor()
  expect(await page.getByTestId('value').innerText()).toBe('–')
  await page.getByLabel(/^Crop/).check()
  await page.getByText('prediction cropped from 200 × 200').waitFor()
  expect(await settled()).toBeGreaterThan(0)
  await close()
})

it(
  'saves data until a click, computes with one thread where the server sends no headers for more, and works offline after',
  async () => {
    const server = await serve(join(user, 'playground', 'dist'))
    const context = await browser.newContext()
    await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
    const page = await context.newPage()
    const weights: string[] = []
    page.on('request', (request) => request.url().endsWith('.safetensors') && weights.push(request.url()))
    await page.goto(`http://localhost:${String(server.port)}/`)
    const backend = page.locator('[data-testid=backend][data-backend]')
    await backend.waitFor()
    expect(await page.getByTestId('value').innerText()).toBe('–')
    expect(weights).toEqual([])
    await page.getByRole('button', { name: 'Load AlexNet (10 MB)' }).click()
    const value = (): Promise<string | null> => page.locator('[data-testid=value][data-value]').getAttribute('data-value')
    const online = await value()
    expect(await backend.getAttribute('data-threads')).toBe('1')
    expect(await page.getByText('not cross-origin isolated').first().isVisible()).toBe(true)
    const missing = async (): Promise<readonly string[]> => {
      const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
      const urls = kept.flat().map(({ url }) => url)
      return ['.safetensors', '.wasm', '.css', '.jpg', '/'].filter((end) => !urls.some((one) => one.endsWith(end)))
    }
    await expect.poll(() => page.evaluate(missing), { timeout: 30_000 }).toEqual([])
    await server.close()
    // What is kept needs no download, so no click.
    await page.reload()
    expect(await value()).toBe(online)
    await context.close()
  },
  5 * MINUTES,
)

describe('WASM', () => {
  it('is what is chosen where the graphics card is software', async () => {
    const { page, settled, close } = await open(browser, url, link(mse(pixels), { side: 96 }))
    await settled()
    expect(await page.getByTestId('backend').getAttribute('data-backend')).toBe('wasm')
    await page.getByText('What was tried').click()
    expect(await page.getByText(/WebGL: .*SwiftShader.*slower than WASM/).isVisible()).toBe(true)
    await close()
  })
})

describe('by hand', () => {
  const wasm = (of: Loss<string, string>, settings: Partial<Settings> = {}): string => link(of, { backend: 'wasm', side: 96, ...settings })
  const heatOf = (page: Page): Promise<string> => page.getByLabel(/^Heat map/).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  const two = sum(mse(pixels), weighted(0.5, mae(pixels)))

  it('a slider changes value, table, formula, heat map and JSON, by the keyboard', async () => {
    const { page, settled, close } = await open(browser, url, wasm(two))
    await choose(page)
    expectSame(await settled(), await inNode(two))
    const before = await heatOf(page)
    const slider = page.getByLabel('Weight of mse of pixels', { exact: true })
    await slider.focus()
    await slider.press('PageUp')
    const weight = Number(await page.getByLabel('Weight of mse of pixels, as a number').inputValue())
    expect(weight).toBeGreaterThan(1)
    expectSame(await settled(), await inNode(sum(weighted(weight, mse(pixels)), weighted(0.5, mae(pixels)))))
    expect(await heatOf(page)).not.toBe(before)
    expect(await page.locator('.formula').getAttribute('data-latex')).toContain(String(weight))
    expect(await page.locator('.formula .katex').count()).toBeGreaterThan(0)
    expect(await page.getByRole('row', { name: /mse of pixels/ }).innerText()).toContain(String(weight))
    await page.getByText('JSON', { exact: true }).click()
    expect(JSON.parse(await page.getByLabel('The loss as JSON').inputValue())).toMatchObject({ loss: { sum: [{ weight }, { weight: 0.5 }] } })
    await close()
  })

  it('terms are added, changed and removed; invalid JSON says where it is wrong and keeps the loss', async () => {
    const { page, settled, close } = await open(browser, url, wasm(mse(pixels)))
    await choose(page)
    await page.getByRole('button', { name: 'Add a term' }).click()
    const term = page.getByRole('listitem').nth(1)
    await term.getByLabel('Layer').selectOption('pixels')
    await term.getByLabel('Measure').selectOption('ssim')
    expectSame(await settled(), await inNode(sum(mse(pixels), ssim(pixels))))
    await page.getByRole('button', { name: 'Remove mse of pixels' }).click()
    const before = await settled()
    expectSame(before, await inNode(ssim(pixels)))
    await page.getByText('JSON', { exact: true }).click()
    await page.getByLabel('The loss as JSON').fill('{ "version": 1, "loss": { "metric": "mze", "feature": "pixels" } }')
    expect(await page.locator('#json-problem').innerText()).toMatch(/mze.*mse/s)
    expect(await page.getByLabel('The loss as JSON').getAttribute('aria-invalid')).toBe('true')
    expect(await settled()).toBe(before)
    await close()
  })

  it('accepts dropped pictures at their full size, rejects other files, and keeps the page when a file is dropped beside the pictures', async () => {
    const { page, settled, close } = await open(browser, url, wasm(mse(pixels)))
    await settled()
    const drop = async (bytes: Buffer, name: string): Promise<void> => {
      const data = await page.evaluateHandle(
        ([base64, called]) => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], called))
          return transfer
        },
        [bytes.toString('base64'), name] as const,
      )
      await page.locator('figure', { hasText: 'Target' }).first().dispatchEvent('drop', { dataTransfer: data })
    }
    await drop(
      await sharp({ create: { width: 3000, height: 1500, channels: 3, background: '#808080' } })
        .png()
        .toBuffer(),
      'large.png',
    )
    await page.getByText('3000 × 1500').first().waitFor()
    await settled()
    expect(await page.getByTestId('used').innerText()).toContain('96 × 48 px')
    await drop(Buffer.from('no picture'), 'letter.png')
    expect(await page.getByRole('alert').innerText()).toContain('letter.png is no picture that this browser reads')
    const prevented = await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['a'], 'a.png'))
      return ['dragover', 'drop'].map((type) => !document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })))
    })
    expect(prevented).toEqual([true, true])
    expect(await page.getByRole('alert').innerText()).toContain('dropped beside the pictures')
    await close()
  })

  it('optimizes one picture towards the other, and takes the result', async () => {
    const { page, settled, close } = await open(browser, url, wasm(mse(pixels), { descent: { from: 'grey', steps: 40, rate: 0.03 } }))
    await choose(page)
    await settled()
    await page.getByRole('button', { name: 'Optimise' }).click()
    await page.getByText(/^Step 40: /).waitFor({ timeout: 120_000 })
    const [from, to] = (await page.getByTestId('step').innerText()).match(/[\d.e-]+(?= →)|(?<=→ )[\d.e-]+/g)!.map(Number)
    expect(to!).toBeLessThan(from! / 10)
    await page.getByRole('button', { name: 'Use as prediction' }).click()
    expect(await settled()).toBeLessThan(from! / 10)
    await close()
  })

  it(
    'gives away pictures, the run, the numbers and the loss as files',
    async () => {
      const { page, settled, close } = await open(browser, url, wasm(two, { descent: { from: 'grey', steps: 5, rate: 0.03 } }))
      await choose(page)
      const value = await settled()
      await page.getByRole('button', { name: 'Optimise' }).click()
      await page.getByText(/^Step 5: /).waitFor()
      const file = (button: string): Promise<string> => downloaded(page, button, user)
      const sizes = await Promise.all(
        [await file('Heat map (PNG)'), await file('The result (PNG)'), await file('The run (GIF)')].map((path) => sharp(path, { pages: -1 }).metadata()),
      )
      expect(sizes.map(({ format, width, pageHeight, height, pages = 1 }) => ({ format, width, height: pageHeight ?? height, pages }))).toEqual([
        { format: 'png', width: 48, height: 32, pages: 1 },
        { format: 'png', width: 48, height: 32, pages: 1 },
        { format: 'gif', width: 48, height: 32, pages: 5 },
      ])
      expect(JSON.parse(await readFile(await file('Numbers (JSON)'), 'utf8'))).toMatchObject({ value, computed: { backend: 'wasm', width: 48, height: 32 } })
      expect(JSON.parse(await readFile(await file('Loss (JSON)'), 'utf8'))).toEqual(encode(two))
      expect(await readFile(await file('Loss (PyTorch)'), 'utf8')).toBe(toTorch(two))
      // The program reads target.png and prediction.png, which lie beside it.
      const program = await file('Loss (TypeScript)')
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), program], { cwd: user })
      expectSame(Number(stdout), value)
      await close()
    },
    2 * MINUTES,
  )

  it('stops optimizing on request, and says so', async () => {
    const { page, settled, close } = await open(browser, url, wasm(mse(featureAt('block3_conv3')), { descent: { from: 'grey', steps: 500, rate: 0.03 } }))
    await choose(page)
    await settled()
    await page.getByRole('button', { name: 'Optimise' }).click()
    const stop = page.getByRole('button', { name: 'Stop' })
    await stop.waitFor()
    await page.getByText(/^Step [1-9]/).waitFor()
    await stop.click()
    await page.getByText('(stopped)').waitFor()
    expect(await page.locator('.curve text').allTextContents()).toContain('step')
    expect(Number(await page.getByTestId('step').getAttribute('data-steps'))).toBeLessThan(500)
    await close()
  })

  it('ends a step that hangs with its worker, and continues', async () => {
    const { page, settled, close } = await open(browser, url, wasm(mse(featureAt('block4_conv3')), { backend: 'cpu', side: 384, budget: 'laptop' }))
    await page.getByText('Finding the size that fits').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Waiting').waitFor({ timeout: 60_000 })
    await page.locator('.building').getByLabel('Begin with').selectOption('mse')
    expect(await settled()).toBeGreaterThan(0)
    await close()
  })

  it('is shared by its address', async () => {
    const settings: Partial<Settings> = { target: 'coffee', prediction: 'darker', backend: 'wasm', side: 128 }
    const first = await open(browser, url, link(two, settings), { permissions: ['clipboard-read', 'clipboard-write'] })
    const value = await first.settled()
    await first.page.getByRole('button', { name: 'Copy link' }).click()
    await first.page.getByText('Link copied').waitFor()
    const copied = await first.page.evaluate(() => navigator.clipboard.readText())
    await first.close()
    const second = await open(browser, url, new URL(copied).hash.slice(1))
    expect(await second.settled()).toBe(value)
    expect(await second.page.getByLabel('Target', { exact: true }).inputValue()).toBe('coffee')
    expect(await second.page.getByLabel('Longest side').inputValue()).toBe('128')
    await second.close()
  })

  it(
    'keeps to the budget of a phone, which it states',
    async () => {
      const { page, settled, close } = await open(browser, url, wasm(mse(featureAt('block2_conv2')), { side: 512, budget: 'phone' }))
      await settled()
      const bytes = Number(await page.getByTestId('used').getAttribute('data-bytes'))
      expect(bytes).toBeLessThanOrEqual(256e6)
      expect(await page.getByTestId('used').innerText()).toContain('of 256 MB at most')
      await close()
    },
    5 * MINUTES,
  )
})

describe('what people bring and follow', () => {
  const portrait = (): Promise<Buffer> =>
    sharp({ create: { width: 60, height: 180, channels: 3, background: '#808080' } })
      .png()
      .toBuffer()

  it('shows all of a portrait, and has it after a reload until it is told to forget', async () => {
    const { page, settled, close } = await open(browser, url, link(mse(pixels), { backend: 'wasm', side: 96 }))
    await settled()
    await page.getByLabel('A file for the target').setInputFiles({ name: 'portrait.png', mimeType: 'image/png', buffer: await portrait() })
    await settled()
    const clipped = (): Promise<readonly boolean[]> =>
      page.locator('.frame canvas').evaluateAll((canvases) =>
        canvases.map((canvas) => {
          const [inner, outer] = [canvas.getBoundingClientRect(), (canvas.parentElement ?? canvas).getBoundingClientRect()]
          return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1
        }),
      )
    expect(await clipped()).toEqual([false, false])
    await page.reload()
    await settled()
    expect(await page.getByLabel('Target', { exact: true }).inputValue()).toBe('own')
    await page.getByText('60 × 180').first().waitFor()
    await page.getByRole('button', { name: 'Forget my pictures' }).click()
    await settled()
    await page.reload()
    await settled()
    expect(await page.getByLabel('Target', { exact: true }).inputValue()).toBe('chelsea')
    await close()
  })

  it('follows links in the same tab, and Back', async () => {
    const { page, settled, close } = await open(browser, url, link(mse(pixels), { backend: 'wasm', side: 96 }))
    const first = await settled()
    await page.evaluate((hash) => (location.hash = hash), link(mae(pixels), { backend: 'wasm', side: 96, target: 'coffee' }))
    await page.getByRole('row', { name: /mae of pixels/ }).waitFor()
    const second = await settled()
    expect(await page.getByLabel('Target', { exact: true }).inputValue()).toBe('coffee')
    expect(second).not.toBe(first)
    await page.goBack()
    await page.getByRole('row', { name: /mse of pixels/ }).waitFor()
    expect(await settled()).toBe(first)
    await close()
  })

  it('keeps the message about a damaged link, and the link, until it is dismissed', async () => {
    const { page, close } = await open(browser, url, 'json=abc&backend=wasm&side=96')
    await page.waitForFunction(() => document.querySelector('.busy') === null && document.querySelector('[data-value]') !== null)
    expect(await page.getByRole('alert').innerText()).toContain('The loss of the link is damaged')
    expect(page.url()).toContain('#json=abc')
    const dismiss = page.getByRole('button', { name: 'Dismiss' })
    // One line of text.
    expect((await dismiss.boundingBox())?.height).toBeLessThan(40)
    await dismiss.click()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.waitForFunction(() => !location.hash.includes('json=abc'))
    await close()
  })
})

describe('for everyone', () => {
  it.each(['light', 'dark'] as const)('has no violation that axe finds, %s, as sliders and as JSON, wide and narrow', async (colorScheme) => {
    const hash = link(loss, { backend: 'wasm', side: 96, descent: { from: 'grey', steps: 3, rate: 0.03 } })
    const { page, settled, close } = await open(browser, url, hash, { colorScheme })
    await settled()
    await page.getByRole('button', { name: 'Optimise' }).click()
    await page.getByText(/^Step 3: /).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByText('JSON', { exact: true }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await violations(page)).toEqual([])
    // Nothing is wider than a phone.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await close()
  })

  it('works with the keyboard, from the link to the loss, and announces the value to a screen reader', async () => {
    const { page, settled, close } = await open(browser, url, link(mse(pixels), { backend: 'wasm', side: 96 }))
    await settled()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Skip to the loss')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('loss')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    expect(await page.getByLabel('The loss as JSON').isVisible()).toBe(true)
    expect(await page.getByTestId('status').getAttribute('role')).toBe('status')
    expect(await page.getByTestId('status').innerText()).toMatch(/^Loss \d/)
    await close()
  })
})

it('gives the number of Chromium in Firefox, of pictures that it scales, too', { timeout: 5 * MINUTES }, async () => {
  const hash = link(lpips(), { backend: 'wasm', side: 96 })
  const { settled, close } = await open(browser, url, hash)
  const value = await settled()
  await close()
  const { problem, backend, value: there } = await inFirefox(`${url}#${hash}`)
  expect(problem).toBeUndefined()
  expect(backend).toBe('wasm')
  expectSame(Number(there), value)
})

it(
  "runs on Vite's development server",
  async () => {
    const configFile = join(user, 'playground', 'vite.config.ts')
    // Modules are links here, out of the folder.
    const server = await createServer({ configFile, logLevel: 'error', server: { port: 0, fs: { strict: false } } })
    await server.listen()
    const { settled, close } = await open(browser, server.resolvedUrls?.local[0] ?? '', link(mse(pixels), { backend: 'wasm', side: 96 }))
    expect(await settled()).toBeGreaterThan(0)
    await close()
    await server.close()
  },
  5 * MINUTES,
)
