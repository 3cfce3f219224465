/** A backend that is lost in the middle, or has no memory: a clear error, and the same compiled loss goes on afterwards. */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { compile, featureAt, mse, perceptual, restartBackend, vgg16 } from '../../src/index.js'
import { serve } from '../browser/server.js'
import { noise } from '../support/images.js'
import { refused } from '../support/refused.js'
import { takeNumber } from '../support/tensors.js'

describe('WebAssembly', () => {
  it('reports out of memory, loses nothing, and continues with what fits', async () => {
    await tf.setBackend('wasm')
    const network = await vgg16()
    const f = compile(mse(featureAt('block1_conv1')), network)
    const [a, b] = [noise(1, [1, 16, 16, 3]), noise(2, [1, 16, 16, 3])]
    const expected = takeNumber(f(a, b))
    const before = tf.memory().numTensors
    // The first layer's output, 64 channels of float32: 3.9 GB beside the picture; and 4.3 GB, more than an address reaches.
    for (const side of [3900, 4100]) {
      const large = tf.zeros<tf.Rank.R4>([1, side, side, 3])
      const error = refused(() => f(large, large))
      expect(error).toMatchObject({ _tag: 'OutOfMemory', backend: 'wasm', asked: 4 * 64 * side ** 2 })
      large.dispose()
      expect(tf.memory().numTensors).toBe(before)
      expect(takeNumber(f(a, b))).toBe(expected)
    }
  })

  it('that ended in the middle is lost, and restarts', async () => {
    await tf.setBackend('wasm')
    const network = await vgg16()
    const f = compile(perceptual(), network)
    const expected = takeNumber(f(noise(1, [1, 16, 16, 3]), noise(2, [1, 16, 16, 3])))
    const [a, b] = [noise(1, [1, 16, 16, 3]), noise(2, [1, 16, 16, 3])]
    // A size that is no allocation's: the program traps, as it does where its own memory runs out.
    const { wasm } = tf.backend() as unknown as { readonly wasm: { _malloc: (bytes: number) => number } }
    const allocate = wasm._malloc
    wasm._malloc = () => {
      throw new WebAssembly.RuntimeError('unreachable')
    }
    expect(refused(() => f(a, b))).toMatchObject({ _tag: 'BackendLost', backend: 'wasm' })
    wasm._malloc = allocate
    expect(refused(() => f(a, b))).toMatchObject({ _tag: 'BackendLost', reason: 'its program ended: unreachable' })
    await restartBackend()
    expect(takeNumber(f(noise(1, [1, 16, 16, 3]), noise(2, [1, 16, 16, 3])))).toBe(expected)
  })
})

describe("WebGL's context", () => {
  it('lost in the middle is an error that says so, and the same compiled loss works after a restart', async () => {
    const bundled = await build({
      entryPoints: [new URL('lost.page.ts', import.meta.url).pathname],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      define: { 'import.meta.url': '"http://localhost/"' },
      logLevel: 'error',
    })
    const server = await serve(new URL('../..', import.meta.url).pathname)
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
    })
    try {
      const page = await browser.newPage()
      // Any page of the server's, so that it may fetch from there.
      await page.goto(`http://localhost:${String(server.port)}/package.json`)
      await page.addScriptTag({ content: bundled.outputFiles[0]?.text ?? '' })
      const [backend, before, lost, after, again] = await page.evaluate(
        (file) => (window as unknown as { readonly lose: (weights: string) => Promise<readonly unknown[]> }).lose(file),
        '/weights/vgg16.safetensors',
      )
      expect(backend).toBe('webgl')
      expect(before).toBeGreaterThan(0)
      expect(lost).toEqual(['BackendLost', 'BackendLost', 'BackendLost', 'BackendLost', 'BackendLost'])
      expect(after).toBe(before)
      expect(again).toBe(before)
    } finally {
      await browser.close()
      await server.close()
    }
  })
})
