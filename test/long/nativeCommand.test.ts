/** compare, heatmap and worker on the native backend, where `npm run native` has put it: CI does so before the long tests. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { ranAlone } from '../cli/process.js'
import { asShipped } from '../parity/goldens.js'

const there = existsSync(new URL('../../node_modules/@tensorflow/tfjs-node-gpu', import.meta.url))
const picture = (name: string): string => fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url))
const [coffee, blurred] = [picture('coffee.png'), picture('coffee_blur.png')]
const golden = (of: string): number => asShipped.find(({ a, b }) => a === 'coffee.png' && b === 'coffee_blur.png')!.values[of] as number

describe.runIf(there)('on the native backend', () => {
  it("compare has the peers' numbers", async () => {
    const { status, out } = await ranAlone(['compare', coffee, blurred, '--json', '--backend', 'native'])
    expect(status).toBe(0)
    const [{ scores }] = JSON.parse(out) as [{ readonly scores: Readonly<Record<string, number>> }]
    // float32 sums of two programs, in another order; the tolerances of test/parity.
    expect(scores['lpips']).toBeCloseTo(golden('lpips(alex)'), 4)
    expect(scores['dists']).toBeCloseTo(golden('dists'), 4)
    expect(scores['psnr']).toBeCloseTo(10 * Math.log10(1 / golden('pixels:mse')), 3)
  })

  it('heatmap draws the same map as on WASM, within a level or two', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-native-'))
    try {
      const drawn = async (backend: string): Promise<Buffer> => {
        const file = join(folder, `${backend}.png`)
        const { status, out } = await ranAlone(['heatmap', coffee, blurred, file, '--map', '--max', '1', '--backend', backend])
        expect([status, out]).toEqual([0, expect.stringContaining(`LPIPS is ${String(Number(golden('lpips(alex)').toPrecision(3)))}`)])
        return sharp(file).removeAlpha().raw().toBuffer()
      }
      const [native, wasm] = [await drawn('native'), await drawn('wasm')]
      expect(native).toHaveLength(64 * 96 * 3)
      // One shade of 256 is at most 4 levels of a colour.
      expect(Math.max(...native.map((value, i) => Math.abs(value - wasm[i]!)))).toBeLessThanOrEqual(4)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
