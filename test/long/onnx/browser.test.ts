/**
 * Files of losses in onnxruntime-web in Chromium, by WebAssembly and by WebGPU: values to 1e-5, gradients to 1e-3 of their norm. And the example that trains a picture without TensorFlow.js.
 */
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namedLoss } from '../../../src/cli/namedLosses.js'
import { compileAny } from '../../../src/core/compile/compileAny.js'
import { alexnet, compile, lpips, LossException, vgg16, type CompiledLoss, type Extractor } from '../../../src/index.js'
import { toOnnx } from '../../../src/onnx/index.js'
import { CHROMIUM_WITH_GPU, startChromium } from '../../browser/chromium.js'
import { serve, type Server } from '../../browser/server.js'
import { root } from '../../docs/documents.js'
import { distances, picturesFor, type RunOnnx } from '../../support/onnxRuntime.js'
import { takeNumber } from '../../support/tensors.js'

const write = toOnnx as (...args: readonly unknown[]) => Uint8Array

let [folder, browser, server, networks]: [string, Browser, Server, Readonly<Record<string, Extractor<string>>>] = ['', undefined!, undefined!, {}]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-onnx-page-'))
  await cp(join(import.meta.dirname, 'page.html'), join(folder, 'index.html'))
  await cp(join(root, 'examples', 'onnxruntime-web'), join(folder, 'example'), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await symlink(join(root, 'node_modules'), join(folder, 'example', 'node_modules'))
  networks = { alexnet: (await alexnet()) as Extractor<string>, vgg16: (await vgg16()) as Extractor<string> }
  server = await serve(folder)
  browser = await startChromium(CHROMIUM_WITH_GPU)
})
afterAll(async () => {
  await browser.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
  Object.values(networks).forEach((network) => {
    network.dispose()
  })
})

const at = (path: string): string => `http://127.0.0.1:${String(server.port)}/${path}`

type Runner = (device: string, url: string, inputs: readonly { name: string; shape: number[]; data: string }[]) => Promise<Readonly<Record<string, string>>>

/** Runs a file in the page. */
const runIn =
  (page: Page, device: string): RunOnnx =>
  async (file, inputs) => {
    await writeFile(join(folder, 'loss.onnx'), file)
    const given = Object.entries(inputs).map(([name, tensor]: readonly [string, Tensor]) => {
      const { buffer, byteOffset, byteLength } = tensor.dataSync()
      return { name, shape: tensor.shape, data: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }
    })
    const outputs = await page.evaluate(
      ([name, list]) => (window as unknown as { readonly runFile: Runner }).runFile(name, `/loss.onnx?${String(Math.random())}`, list),
      [device, given] as const,
    )
    return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, new Float32Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer)]))
  }

/** One of each kind: pixels, windows, scales, filters, colours, sorting, networks, Grams. */
const LOSSES = ['mae', 'ssim', 'gmsd', 'haar-psi', 'ciede2000', 'sliced-wasserstein', 'laplacian-pyramid', 'lpips', 'dists', 'perceptual', 'johnson-style']

describe.each(['wasm', 'webgpu'])('%s', (device) => {
  let page: Page
  beforeAll(async () => {
    page = await browser.newPage()
    await page.goto(at(''))
    await page.waitForFunction(() => 'ready' in window)
  })
  afterAll(() => page.close())

  it.each(LOSSES)('%s', { timeout: 300_000 }, async (name) => {
    const { loss, network } = await namedLoss(name)
    const extractor = network === undefined ? undefined : networks[network]
    // Networks on a graphics card that the processor imitates take a minute for more.
    const shape = network === undefined ? ([2, 48, 48, 3] as const) : ([1, 32, 32, 3] as const)
    const file = write(loss, ...(extractor === undefined ? [] : [extractor]), { shape, gradient: true })
    const compiled = compileAny(loss, extractor, {})
    if (compiled._tag === 'Left') throw new LossException(compiled.left)
    const f: CompiledLoss<string> = compiled.right
    const pictures = picturesFor(f, shape)
    const found = await distances(file, f, pictures, runIn(page, device))
    expect(found.value, JSON.stringify(found)).toBeLessThan(1e-5)
    expect(found.perSample, JSON.stringify(found)).toBeLessThan(1e-5)
    expect(found.gradient, JSON.stringify(found)).toBeLessThan(1e-3)
    tf.dispose(pictures)
    f.dispose()
  })
})

describe('the example without TensorFlow.js', () => {
  interface Painted {
    readonly values: readonly number[]
    readonly picture: readonly number[]
    readonly target: readonly number[]
  }

  it.each([
    ['wasm', 60],
    ['webgpu', 3],
  ] as const)('trains a picture by %s', { timeout: 600_000 }, async (device, steps) => {
    await writeFile(join(folder, 'example', 'loss.onnx'), write(lpips(), networks['alexnet'], { shape: [1, 64, 64, 3], gradient: true }))
    const page = await browser.newPage()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await page.goto(at(`example/index.html?device=${device}&steps=${String(steps)}`))
    await page.waitForFunction(() => 'result' in window)
    const painted = (await page.evaluate(() => (window as unknown as { readonly result: Promise<unknown> }).result)) as Painted
    expect(painted).not.toHaveProperty('error')
    expect(loaded.filter((url) => url.includes('tensorflow') || url.includes('perceptual-loss.js'))).toEqual([])
    expect(loaded.some((url) => url.endsWith('/loss.onnx'))).toBe(true)
    const [first = Number.NaN] = painted.values
    const last = painted.values.at(-1) ?? Number.NaN
    // The first value and the one of the result are the compiled loss's: nothing on the page makes them.
    const f = compile(lpips(), await alexnet())
    const [target, grey, result] = [painted.target, painted.target.map(() => 0.5), painted.picture].map((values): Tensor4D =>
      tf.tensor4d(Float32Array.from(values), [1, 64, 64, 3]),
    )
    expect(Math.abs(first - takeNumber(f(target!, grey!)))).toBeLessThan(1e-5)
    expect(last).toBeLessThan((steps > 10 ? 0.2 : 0.9) * first)
    expect(takeNumber(f(target!, result!))).toBeLessThan((steps > 10 ? 0.2 : 0.9) * first)
    await page.close()
    tf.dispose([target!, grey!, result!])
    f.dispose()
  })
})
