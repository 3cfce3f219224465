/** A published upscaler, fine-tuned as a person does it, for a third of the usual steps. */
import { readdir } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { byUpscaler, LARGER, PLACE } from '../../../examples/fine-tune/heldOut.js'
import { HELD_OUT } from '../../../examples/fine-tune/photographs.js'
import { loadUpscaler } from '../../../examples/fine-tune/upscaler.js'
import { photograph } from '../../../examples/photographs.js'
import { registerWasmKernels, scores } from '../../../src/index.js'
import { readImage } from '../../../src/node/index.js'
import { shapeOf, sheetOf, temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

registerWasmKernels()
const inFolder = temporaryFolder('fine-tune')

type Change = readonly [before: number, after: number]

/** What was printed of a held-out picture. */
const changesOf = (text: string, name: string): { readonly psnr: Change; readonly lpips: Change; readonly dists: Change } => {
  const row = new RegExp(`│ ${name} +│ +(\\S+) → (\\S+) │ +(\\S+) → (\\S+) │ +(\\S+) → (\\S+) │`).exec(text) ?? []
  const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN, f = NaN] = row.slice(1).map(Number)
  return { psnr: [a, b], lpips: [c, d], dists: [e, f] }
}

describe('npm run example -- fine-tune', { timeout: 900_000 }, () => {
  it('lowers LPIPS and DISTS of held-out pictures, raises their PSNR, and writes a model that loads', async () => {
    const out = inFolder('made')
    const { code, stdout, stderr } = await run('run.ts', ['fine-tune', '--steps', '50', '--out', out])
    expect([code, stderr]).toEqual([0, ''])
    const changes = HELD_OUT.map((name) => changesOf(stdout, name))
    // In 50 steps LPIPS fell by 7 to 44 %, on average from 0.190 to 0.158, DISTS by 7 to 34 %, and PSNR rose by 0.4 to 1.5 dB (native; patches and weights are the same everywhere).
    for (const { psnr, lpips, dists } of changes) {
      expect(lpips[1]).toBeLessThan(0.95 * lpips[0])
      expect(dists[1]).toBeLessThan(0.95 * dists[0])
      expect(psnr[1]).toBeGreaterThan(psnr[0] + 0.2)
    }
    const total = (at: 0 | 1): number => changes.reduce((sum, { lpips }) => sum + lpips[at], 0)
    expect(total(1)).toBeLessThan(0.88 * total(0))
    expect((await readdir(out)).sort()).toEqual(['fine-tune.png', 'upscaler'])
    expect(await shapeOf(`${out}/fine-tune.png`)).toEqual(sheetOf(12, LARGER * PLACE, LARGER * PLACE))

    const [published, tuned] = [await loadUpscaler(), await loadUpscaler(pathToFileURL(`${out}/upscaler/`))]
    const original = tf.slice4d(await readImage(photograph('gravel')), [0, 0, 342, 0], [1, 128, 128, 3])
    const [before, after] = [byUpscaler(published)(original), byUpscaler(tuned)(original)]
    expect(await scores.psnr(original, after)).toBeGreaterThan((await scores.psnr(original, before)) + 0.3)
  })
})

it('only the last four convolutions are trained', async () => {
  const upscaler = await loadUpscaler()
  const count = (weights: readonly { readonly shape: readonly (number | null)[] }[]): number =>
    weights.reduce((sum, { shape }) => sum + shape.reduce<number>((product, side) => product * (side ?? 1), 1), 0)
  // 5 x 5 x 64 x 64 + 64, 3 x 3 x 64 x 32 + 32, 3 x 3 x 32 x 12 + 12, 3 x 3 x 12 x 3 + 3
  expect([count(upscaler.trainableWeights), count(upscaler.weights)]).toEqual([102_464 + 18_464 + 3_468 + 327, 222_075])
})
