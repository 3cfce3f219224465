/** The playground as people meet it: on a first visit a story plays, from a file it computes, too, and the loss on the page goes away as an ONNX file. */
import * as tf from '@tensorflow/tfjs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { RECORDINGS } from '../../playground/pictures/recordings.js'
import { STORIES, type StoryName } from '../../playground/stories.js'
import { encode, lpips, mse, pixels } from '../../src/index.js'
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

/** The files that the page requests whose names match. */
const requestsOf = (page: Page, name: RegExp): readonly string[] => {
  const found: string[] = []
  page.on('request', (request) => name.test(request.url()) && found.push(request.url()))
  return found
}

describe('the recorded runs of the stories', () => {
  const tile = (page: Page, name: StoryName): Locator => page.locator(`.tile[data-story=${name}]`)
  const loaded = async (page: Page): Promise<void> => {
    for (const name of ['mse', 'block4', 'paint'] as const) await page.locator(`.tile[data-story=${name}][data-loaded=true]`).waitFor()
  }
  const choose = (page: Page, name: StoryName): Promise<void> => page.getByRole('button', { name: STORIES[name].title }).click()
  /** The colours of a tile's picture that differ from transparent black. */
  const drawn = (page: Page, name: StoryName): Promise<number> =>
    tile(page, name)
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        return new Set(new Uint32Array(data.buffer)).size
      })
  const lossOf = (name: 'block4' | 'paint'): readonly number[] => RECORDINGS[name].values['loss']!

  it(
    'play by themselves, without the large network; a click runs the story, and then the others need none, after a reload, too',
    async () => {
      const { page, close, complaints } = await open(browser, url, '', { serviceWorkers: 'allow' })
      const large = requestsOf(page, /vgg16/)
      await loaded(page)
      for (const name of ['block4', 'paint'] as const) {
        await tile(page, name)
          .getByText(`→ ${String(Number(lossOf(name).at(-1)!.toPrecision(2)))}`)
          .waitFor()
        expect(await drawn(page, name)).toBeGreaterThan(1000)
      }
      await choose(page, 'block4')
      const { frames } = RECORDINGS.block4
      await page
        .getByTestId('recorded-step')
        .getByText(`Step ${String(frames.at(-1))}: `)
        .waitFor()
      expect(await page.getByTestId('recorded').innerText()).toContain('Recorded')
      expect(await violations(page)).toEqual([])
      expect(large).toEqual([])
      await page.getByRole('button', { name: 'Run it here (33 MB)' }).click()
      await firstStepIs(page, lossOf('block4')[0]!)
      await choose(page, 'paint')
      await firstStepIs(page, lossOf('paint')[0]!)
      await page.getByRole('button', { name: 'Stop the story' }).click()
      const kept = (): Promise<boolean> =>
        page.evaluate(async () => (await (await caches.open('playground weights')).keys()).some((request) => request.url.includes('vgg16')))
      await expect.poll(kept, { timeout: 60_000 }).toBe(true)
      await page.goto(`${url}#${link(mse(pixels), { backend: 'wasm', side: 96 })}`)
      await page.reload()
      await loaded(page)
      await choose(page, 'block4')
      await firstStepIs(page, lossOf('block4')[0]!)
      expect(complaints).toEqual([])
      await close()
    },
    6 * MINUTES,
  )

  it('load after the first number', async () => {
    const { page, close } = await open(browser, url, link(lpips(), { backend: 'wasm', side: 96 }))
    await page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('[data-testid=value][data-value]') === null) return
        performance.mark('first number')
        seen.disconnect()
      })
      seen.observe(document, { subtree: true, childList: true, attributes: true })
    })
    await page.reload()
    await loaded(page)
    const [number, ...recordings] = await page.evaluate(() => [
      ...performance.getEntriesByName('first number').map(({ startTime }) => startTime),
      ...performance.getEntriesByType('resource').flatMap(({ name, startTime }) => (name.endsWith('.webp') ? [startTime] : [])),
    ])
    expect(recordings).toHaveLength(3)
    for (const start of recordings) expect(start).toBeGreaterThan(number!)
    await close()
  })

  it('stand still at their end for who asks for little movement', async () => {
    const { page, close } = await open(browser, url, link(mse(pixels), { backend: 'wasm', side: 96 }), { reducedMotion: 'reduce' })
    await loaded(page)
    const words = await tile(page, 'paint').innerText()
    expect(words).toContain(`→ ${String(Number(lossOf('paint').at(-1)!.toPrecision(2)))}`)
    await tile(page, 'paint').hover()
    await page.waitForTimeout(500)
    expect(await tile(page, 'paint').innerText()).toBe(words)
    await close()
  })

  it(
    'neither play nor load where the browser saves data, nor does a story or a network, until they are chosen',
    async () => {
      const { page, close } = await open(browser, url, '', { saveData: true })
      const big = requestsOf(page, /webp|safetensors/)
      await page.locator('[data-testid=backend][data-backend]').waitFor()
      await page.waitForTimeout(5000)
      expect(big).toEqual([])
      expect(await page.getByTestId('value').innerText()).toBe('–')
      expect(await page.locator('.tile button[aria-pressed=true]').count()).toBe(0)
      await choose(page, 'mse')
      await page.getByTestId('recorded').getByText('0.2111').waitFor()
      await choose(page, 'paint')
      await page.getByTestId('recorded-step').getByText('Step 60: ').waitFor()
      expect(big.filter((address) => address.includes('safetensors'))).toEqual([])
      await choose(page, 'mse')
      await page.getByRole('button', { name: 'Run it here (10 MB)' }).click()
      await page.locator('[data-testid=figures] dd:not(:text("–"))').first().waitFor()
      expect(big.filter((address) => address.includes('safetensors')).map((address) => /(vgg16|alexnet)-/.exec(address)?.[1])).toEqual(['alexnet'])
      await close()
    },
    2 * MINUTES,
  )
})

/** Waits for the story to run, whose first step has this value; browsers read a JPEG a little differently. */
const firstStepIs = async (page: Page, value: number): Promise<void> => {
  const said = page.getByTestId('step').getByText(/^Step [2-9]/)
  await said.waitFor({ timeout: 120_000 })
  const [, first] = /: ([\d.e+-]+) →/.exec(await said.innerText()) ?? []
  expect(Math.abs(Number(first) / value - 1)).toBeLessThan(0.02)
}

it('computes from a file, too, but for the large network, which it says', { timeout: 2 * MINUTES }, async () => {
  const file = pathToFileURL(join(user, 'playground', 'dist', 'index.html')).href
  const hash = link(lpips(), { backend: 'wasm', side: 96 })
  const served = await open(browser, url, hash)
  const value = await served.settled()
  await served.close()
  const { page, settled, close } = await open(browser, file, hash)
  expectSame(await settled(), value)
  await page.getByRole('button', { name: STORIES.paint.title }).click()
  await page.getByTestId('recorded').getByText('VGG16 (33 MB) is not inside a page from a file').waitFor()
  await page.getByRole('button', { name: STORIES.mse.title }).click()
  await page.getByTestId('figures').waitFor()
  expect(await page.getByRole('button', { name: 'Add DISTS' }).count()).toBe(0)
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
