/** The installed package in Chromium: in an app that Vite bundles and serves, and in a plain page with an import map; the number is Node's. */
import * as tf from '@tensorflow/tfjs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { build, createServer, preview } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, perceptual } from '../../src/index.js'
import { installed } from '../package/packed.js'
import { sharedVgg16 } from '../support/network.js'
import { takeNumber } from '../support/tensors.js'
import { prediction, SIDE, target } from './app/pictures.js'
import { INSECURE_HOST, resultOf, startChromium } from './chromium.js'
import { serve, type Server, type Spoil } from './server.js'

let browser: Browser
let user: string
let expected: number

beforeAll(async () => {
  browser = await startChromium()
  user = await installed()
  return async () => {
    await browser.close()
    await rm(user, { recursive: true, force: true })
  }
})

beforeAll(async () => {
  await cp(join(import.meta.dirname, 'app'), user, { recursive: true })
  await cp(join(import.meta.dirname, 'page'), join(user, 'page'), { recursive: true })
  for (const file of ['loss.js', 'pictures.js']) await cp(join(user, file), join(user, 'page', file))
  const batch = (picture: Uint8Array) => tf.tensor4d(Float32Array.from(picture), [1, SIDE, SIDE, 3])
  expected = takeNumber(compile(perceptual(), await sharedVgg16(), { range: [0, 255] })(batch(target), batch(prediction)))
})

const expectTheNumber = async (url: string): Promise<void> => {
  const result = await resultOf(browser, url)
  expect(result).toHaveProperty('value')
  expect(Math.abs((result as { readonly value: number }).value / expected - 1)).toBeLessThan(1e-4)
}

describe('an app', () => {
  const vite = (configFile: string | false) => ({ root: user, configFile, logLevel: 'error' as const, server: { port: 0 }, preview: { port: 0 } })

  it('is built by Vite and served, with the weights among its files', async () => {
    const configured = vite(join(user, 'vite.config.js'))
    await build(configured)
    const server = await preview(configured)
    await expectTheNumber(server.resolvedUrls?.local[0] ?? '')
    await server.close()
  })

  it("runs on Vite's development server with the package left out of its optimizer", async () => {
    const server = await createServer(vite(join(user, 'vite.config.js')))
    await server.listen()
    await expectTheNumber(server.resolvedUrls?.local[0] ?? '')
    await server.close()
  })

  it("explains what is wrong if Vite's development server is not configured", async () => {
    const server = await createServer(vite(false))
    await server.listen()
    const result = await resultOf(browser, server.resolvedUrls?.local[0] ?? '')
    await server.close()
    expect(result).toEqual({ tag: 'WeightsUnreadable', message: expect.stringContaining("optimizeDeps: { exclude: ['perceptual-loss'] }") as unknown })
  })
})

describe('a plain page', () => {
  const WEIGHTS = '/node_modules/perceptual-loss/weights/vgg16.safetensors'
  const at = ({ port }: Server, host = 'localhost', query = ''): string => `http://${host}:${String(port)}/page/${query}`

  const visited = async (spoil: Spoil) => {
    const server = await serve(user, (path, bytes, response) => path === WEIGHTS && spoil(path, bytes, response))
    const result = await resultOf(browser, at(server))
    await server.close()
    return result
  }

  it('computes the number', async () => {
    const server = await serve(user)
    await expectTheNumber(at(server))
    await server.close()
  })

  it('computes the number where the browser has no SHA-256, not being a secure context', async () => {
    const server = await serve(user)
    const page = await browser.newPage()
    await page.goto(at(server, INSECURE_HOST))
    expect(await page.evaluate(() => (crypto as { readonly subtle?: unknown }).subtle === undefined)).toBe(true)
    await page.close()
    await expectTheNumber(at(server, INSECURE_HOST))
    await server.close()
  })

  it('loads weights from a custom URL', async () => {
    const server = await serve(user)
    await expectTheNumber(at(server, 'localhost', `?weights=${WEIGHTS}`))
    await server.close()
  })

  it('reports missing weights', async () => {
    const result = await visited((_path, _bytes, response) => {
      response.writeHead(404).end()
      return true
    })
    expect(result).toEqual({ tag: 'WeightsUnreadable', message: expect.stringMatching(/vgg16\.safetensors.*404.*No weights were loaded/) as unknown })
  })

  it('reports truncated weights', async () => {
    const result = await visited((_path, bytes, response) => {
      response.writeHead(200).end(bytes.subarray(0, 1_000_000))
      return true
    })
    expect(result).toEqual({ tag: 'WeightsAltered', message: expect.stringMatching(/1000000 bytes.*truncated or altered/) as unknown })
  })

  it('reports a broken connection', async () => {
    const result = await visited((_path, bytes, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1_000_000), () => response.destroy())
      return true
    })
    expect(result).toHaveProperty('tag', 'WeightsUnreadable')
  })

  it('reports weights with one wrong byte', async () => {
    const result = await visited((_path, bytes, response) => {
      bytes[20_000_000] = (bytes[20_000_000] ?? 0) ^ 1
      response.writeHead(200).end(bytes)
      return true
    })
    expect(result).toEqual({ tag: 'WeightsAltered', message: expect.stringContaining('SHA-256') as unknown })
  })

  it('reports a web page in place of the weights', async () => {
    const result = await visited((_path, _bytes, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>')
      return true
    })
    expect(result).toEqual({ tag: 'WeightsUnreadable', message: expect.stringContaining('web page') as unknown })
  })
})
