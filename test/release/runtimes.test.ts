/**
 * The packed package under Node 20, 22 and 24, Deno and Bun: import, networks, LPIPS with its gradient on three backends, the command line.
 *
 * Tolerance: 1e-5, for backends add in different orders, 1e-4 for the gradient's norm. Values are the peers' (test/goldens/numbers.json), the norm is the checkout's
 * own, whose gradients are held against the peers' elsewhere.
 */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { CHECKS, hasNative, programOf, RUNTIMES, tried, userFolder, versionOf, type Given } from '../../scripts/conformance/runtimes.js'
import { alexnet, compile, featureAt, lpips, mergeExtractors, mse, sum, vgg16 } from '../../src/index.js'
import { goldenImage } from '../support/images.js'
import { gradientOf, norm as normOf } from '../support/tensors.js'

interface Golden {
  readonly a: string
  readonly b: string
  readonly values: Readonly<Record<string, number>>
}

const { pairs } = JSON.parse(readFileSync(new URL('../goldens/numbers.json', import.meta.url), 'utf8')) as { readonly pairs: readonly Golden[] }
const golden = (name: string): number => pairs.find(({ a, b }) => a === 'coffee.png' && b === 'coffee_noise.png')?.values[name] ?? Number.NaN
const LPIPS = golden('lpips(alex)')
/** LPIPS and mse(block2_conv2), which the program adds. */
const BOTH = LPIPS + golden('vgg16:block2_conv2:mse')

const checks = CHECKS.filter((check) => check !== 'native' || hasNative())

let folder: string
let expectedNorm: number
beforeAll(async () => {
  const extractor = mergeExtractors(await alexnet(), await vgg16())
  const [a, b] = [await goldenImage('coffee.png'), await goldenImage('coffee_noise.png')]
  const f = compile(sum(lpips(), mse(featureAt('block2_conv2'))), extractor)
  expectedNorm = normOf(gradientOf((x) => f(a, x), b))
  tf.dispose([a, b])
  extractor.dispose()
  folder = await userFolder()
  return () => rm(folder, { recursive: true, force: true })
}, 400_000)

describe.each(RUNTIMES)('$name', (runtime) => {
  let program: string
  beforeAll(async () => {
    program = await programOf(runtime)
  }, 400_000)

  it('is what it says', async () => {
    expect(await versionOf(program)).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.each(checks)(
    '%s',
    async (check) => {
      const { value, norm }: Given = await tried(check, runtime, program, folder)
      const expected = check === 'command line' ? LPIPS : BOTH
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-5)
      if (check !== 'command line') expect(Math.abs(norm / expectedNorm - 1)).toBeLessThan(1e-4)
    },
    300_000,
  )
})
