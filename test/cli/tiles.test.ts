/** npx perceptual-loss compare --memory: the peers' numbers tile by tile, and what is said where there are no tiles. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compileLosses, namedLosses } from '../../src/cli/compare/compiledLosses.js'
import { measureAll } from '../../src/cli/compare/measurePairs.js'
import { prepare } from '../../src/cli/compare/preparePair.js'
import { LossException } from '../../src/core/errors/lossException.js'
import { asShipped } from '../parity/goldens.js'
import { said } from './said.js'

const picture = (name: string): string => relative(process.cwd(), fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url)))
const [chelsea, jpeg] = [picture('chelsea.png'), picture('chelsea_jpeg.png')]
const [coffee, blurred] = [picture('coffee.png'), picture('coffee_blur.png')]

const peers = (name: string): number => {
  const value = asShipped.find(({ a, b }) => a === 'chelsea.png' && b === 'chelsea_jpeg.png')?.values[name]
  if (typeof value !== 'number') throw new Error(`no golden ${name}`)
  return value
}

const none = (sentence: string): never => {
  throw new Error(sentence)
}

const measured = async (names: readonly string[], memory: string, progress: (said: string) => void) => {
  const losses = await compileLosses(await namedLosses(names), { weights: [], backend: 'auto', tiles: { memory, progress, leftOut: none } }, () => true)
  const read = await prepare({ reference: chelsea, picture: jpeg }, { resize: false, crop: 0 })
  return (await measureAll([read], losses, () => false).next()).value
}

/** What the smallest tiles of LPIPS take, by the refusal of less. */
const smallestMemory = async (): Promise<string> => {
  const refused = await measured(['lpips'], '1MiB', () => undefined)
  const problem = refused !== undefined && 'problem' in refused ? refused.problem : undefined
  if (!(problem instanceof LossException) || problem.error._tag !== 'MemoryTooSmall') throw new Error('1MiB was not refused for its size')
  return problem.error.needed
}

describe('the numbers', () => {
  it('match lpips, pytorch-msssim and piq in many tiles, and report progress', async () => {
    const words: string[] = []
    const value = await measured(['lpips', 'ssim', 'psnr'], await smallestMemory(), (said) => void words.push(said))
    const scores = value !== undefined && 'scores' in value ? value.scores : {}
    // The tolerances of test/cli/compare.test.ts: float32 sums of two programs, in another order.
    expect(scores['lpips']).toBeCloseTo(peers('lpips(alex)'), 5)
    expect(Math.abs(scores['ssim']! - peers('pytorch_msssim.ssim'))).toBeLessThan(6e-5)
    expect(scores['psnr']).toBeCloseTo(10 * Math.log10(1 / peers('pixels:mse')), 3)
    expect(Number(/^LPIPS, 1 of (\d+) tiles$/.exec(words[0] ?? '')?.[1])).toBeGreaterThan(1)
    expect(words.some((said) => said.startsWith('SSIM, '))).toBe(true)
  })
})

describe('the command', () => {
  it('leaves out of the usual measures those that do not add up, and says so once each', async () => {
    const { status, out, err } = await said('compare', coffee, blurred, blurred, '--memory', '1 GiB', '--json')
    expect(status).toBe(0)
    const results = JSON.parse(out) as readonly { readonly scores: object }[]
    expect(results.map(({ scores }) => Object.keys(scores))).toEqual(Array.from({ length: 2 }, () => ['lpips', 'ssim', 'psnr']))
    const lines = err.split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^perceptual-loss: DISTS was left out: The term .* cannot be computed tile by tile: structureTexture divides variances/)
    expect(lines[1]).toMatch(/^perceptual-loss: MS-SSIM was left out: The term .* cannot be computed tile by tile: msSsim multiplies means/)
  })

  it.each([
    [
      ['--loss', 'dists', '--memory', '1GiB'],
      3,
      /^perceptual-loss: The term .* cannot be computed tile by tile: structureTexture .*\. Remove `memory`, or the term\.$/,
    ],
    [['--min', 'ms-ssim=0.9', '--memory', '1GiB'], 3, /^perceptual-loss: The term .* cannot be computed tile by tile: msSsim /],
    [
      ['--loss', 'psnr', '--memory', '1000'],
      3,
      /^perceptual-loss: '.*coffee_blur\.png' is 64 x 96, whose smallest tiles need .*KiB of memory; `memory` allows 1000B\./,
    ],
    [['--loss', 'psnr', '--memory', 'much'], 2, /^perceptual-loss: --memory: received 'much', expected an amount such as 512MiB or 1GiB\.$/],
    [['--loss', 'psnr', '--memory', '0'], 2, /^perceptual-loss: --memory: received '0', /],
    [['--loss', 'psnr', '--memory', '1.5'], 2, /^perceptual-loss: --memory: received '1\.5', /],
  ])('says in one line what cannot be: %j', async (args, status, line) => {
    const ended = await said('compare', coffee, blurred, ...args, '--csv')
    expect(ended.status).toBe(status)
    expect(ended.err).toMatch(line)
    expect(ended.err.split('\n')).toHaveLength(1)
  })
})
