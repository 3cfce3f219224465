/** The packed package in apps that webpack and esbuild bundle, in Chromium; the number is Node's. (Vite's, and a plain page: test/browser.) */
import * as tf from '@tensorflow/tfjs'
import { build } from 'esbuild'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import webpack, { type Configuration, type Stats } from 'webpack'
import { compile, perceptual } from '../../src/index.js'
import { prediction, SIDE, target } from '../browser/app/pictures.js'
import { resultOf, startChromium } from '../browser/chromium.js'
import { serve } from '../browser/server.js'
import { installed, root } from '../package/packed.js'
import { sharedVgg16 } from '../support/network.js'
import { takeNumber } from '../support/tensors.js'

let browser: Browser
let user: string
let expected: number

beforeAll(async () => {
  const batch = (picture: Uint8Array) => tf.tensor4d(Float32Array.from(picture), [1, SIDE, SIDE, 3])
  expected = takeNumber(compile(perceptual(), await sharedVgg16(), { range: [0, 255] })(batch(target), batch(prediction)))
  browser = await startChromium()
  user = await installed()
  await cp(join(root, 'test', 'browser', 'app'), user, { recursive: true })
  return async () => {
    await browser.close()
    await rm(user, { recursive: true, force: true })
  }
})

/** What a page shows that loads main.js from the folder, served as the root of a site. */
const shown = async (site: string): Promise<unknown> => {
  await writeFile(join(site, 'index.html'), '<!doctype html><title>An app</title><script type="module" src="./main.js"></script>')
  const server = await serve(site)
  const result = await resultOf(browser, `http://localhost:${String(server.port)}/`)
  await server.close()
  return result
}

const expectTheNumber = async (site: string): Promise<void> => {
  const result = await shown(site)
  expect(result).toHaveProperty('value')
  expect(Math.abs((result as { readonly value: number }).value / expected - 1)).toBeLessThan(1e-4)
}

it('webpack takes it as it is, and lays the weights among its files', async () => {
  const site = join(user, 'webpack')
  const options: Configuration = {
    context: user,
    entry: './main.js',
    mode: 'production',
    optimization: { minimize: false },
    output: { path: site, filename: 'main.js' },
    performance: false,
  }
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    webpack(options, (error, result) => (error === null ? resolve(result) : reject(error)))
  })
  expect(stats?.toJson({ all: false, errors: true }).errors).toEqual([])
  expect((await readdir(site)).filter((file) => file.endsWith('.safetensors'))).not.toEqual([])
  await expectTheNumber(site)
})

it('esbuild takes it, with the weights laid at the root of the site', async () => {
  const site = join(user, 'esbuild')
  await build({
    absWorkingDir: user,
    entryPoints: ['./main.js'],
    outfile: join(site, 'main.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  expect(await shown(site)).toMatchObject({ tag: 'WeightsUnreadable', message: expect.stringContaining('vgg16.safetensors') as unknown })
  await mkdir(join(site, 'weights'))
  await cp(join(user, 'node_modules', 'perceptual-loss', 'weights', 'vgg16.safetensors'), join(site, 'weights', 'vgg16.safetensors'))
  await expectTheNumber(site)
})
