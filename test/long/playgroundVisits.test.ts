/** The playground as people meet it: on a first visit a story plays, from a file it computes, too, and the loss on the page goes away as an ONNX file. */
import * as tf from '@tensorflow/tfjs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, lpips } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { runOnnx } from '../support/onnxRuntime.js'
import { choosePictures, downloaded, expectSame, link, open, shallow, startPlayground, violations, type Playground } from './playground/app.js'

const MINUTES = 60_000

let user: string
let url: string
let browser: Browser
let files: Playground['files']

beforeAll(async () => {
  const started = await startPlayground(['production', 'file'])
  ;({ user, url, browser, files } = started)
  return started.close
}, 15 * MINUTES)

describe('who comes for the first time', () => {
  const mixOf = async (page: Page): Promise<number> => Number(await page.getByLabel('From brighter (0) to blurred (1)').inputValue())
  const storyOf = (page: Page): Promise<string | null> => page.getByRole('button', { name: 'Why not MSE?' }).getAttribute('aria-pressed')

  it(
    'sees a story that plays over the small network alone, until the first touch, and only once',
    async () => {
      const { page, close, complaints } = await open(browser, url, '')
      const large: string[] = []
      page.on('request', (request) => request.url().includes('vgg16') && large.push(request.url()))
      await page.locator('[data-testid=figures] dd:not(:text("–"))').first().waitFor()
      expect(await page.getByTestId('figures').innerText()).toMatch(/MSE\s+0\.00\d+\s+LPIPS\s+0\.\d+/)
      expect(await violations(page)).toEqual([])
      const start = await mixOf(page)
      await expect.poll(() => mixOf(page), { timeout: 30_000 }).toBeGreaterThan(start)
      await page.mouse.click(5, 5)
      await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'detached' })
      const stopped = await mixOf(page)
      await page.waitForTimeout(2000)
      expect(await mixOf(page)).toBe(stopped)
      expect(large).toEqual([])
      const again = await page.context().newPage()
      await again.goto(url)
      await again.locator('[data-testid=value][data-value]').waitFor()
      expect(await storyOf(again)).toBe('false')
      expect(complaints).toEqual([])
      await close()
    },
    2 * MINUTES,
  )

  it.each([
    ['who came with a link', link(lpips(), { side: 96 }), {}],
    ['who asks for little movement', '', { reducedMotion: 'reduce' }],
  ] as const)('sees none, %s', async (_who, hash, options) => {
    const { page, settled, close } = await open(browser, url, hash, options)
    expect(await settled()).toBeGreaterThan(0)
    expect(await storyOf(page)).toBe('false')
    await close()
  })
})

it('computes from a file, too, but for the large network, which it says', { timeout: 2 * MINUTES }, async () => {
  const file = pathToFileURL(join(user, 'playground', 'dist', 'index.html')).href
  const hash = link(lpips(), { backend: 'wasm', side: 96 })
  const served = await open(browser, url, hash)
  const value = await served.settled()
  await served.close()
  const { page, settled, close } = await open(browser, file, hash)
  expectSame(await settled(), value)
  await choosePictures(page, files)
  await settled()
  await page.getByText('JSON', { exact: true }).click()
  await page.getByLabel('The loss as JSON').fill(JSON.stringify(encode(shallow)))
  await page.getByText('VGG16 (33 MB) is not inside a page from a file: run "npx serve"').waitFor()
  await close()
})

it(
  'gives the loss as an ONNX file, whose value in onnxruntime is the number on the page',
  async () => {
    const { page, settled, close } = await open(browser, url, link(shallow, { backend: 'wasm', side: 96 }))
    await choosePictures(page, files)
    const value = await settled()
    const path = await downloaded(page, 'Loss (ONNX)', user)
    const pictures = { target: await readImage(files.target), prediction: await readImage(files.prediction) }
    const outputs = await runOnnx(await readFile(path), pictures)
    tf.dispose(Object.values(pictures))
    expectSame(outputs['value']?.[0] ?? Number.NaN, value)
    await close()
  },
  2 * MINUTES,
)
