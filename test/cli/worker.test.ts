/** npx perceptual-loss worker and merge: a result a line, resumed, and added up. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONGEST, linesOf, type Line } from '../../src/cli/worker/lines.js'
import { work, type Work } from '../../src/cli/worker/runWorker.js'
import type { FailedPair, MeasuredPair, PairResult } from '../../src/reports/index.js'
import { asShipped } from '../parity/goldens.js'
import { said } from './said.js'

const root = fileURLToPath(new URL('../goldens/images', import.meta.url))
let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-worker-'))
})
afterAll(() => rm(folder, { recursive: true }))

const usual: Work = { losses: ['psnr'], root, resize: false, batch: 16, resume: undefined, weights: [], backend: 'wasm' }

async function* given(text: string, size = text.length): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += size) yield await Promise.resolve(text.slice(i, i + size))
}

/** Does these lines; gives what was printed. */
const done = async (lines: readonly string[], asked: Partial<Work> = {}): Promise<{ readonly status: number; readonly out: readonly string[] }> => {
  const out: string[] = []
  const output = { out: (text: string) => void out.push(text), err: () => undefined, taken: () => Promise.resolve(), colours: false, terminal: undefined }
  return { status: await work({ ...usual, ...asked }, given(lines.map((line) => `${line}\n`).join('')), output), out }
}
const parsed = (out: readonly string[]): readonly PairResult[] => out.map((line) => JSON.parse(line) as PairResult)
const pair = (id: string, picture: string, reference = 'coffee.png'): string => JSON.stringify({ id, reference, picture })
const golden = (name: string, of: string): number => asShipped.find((one) => one.a === 'coffee.png' && one.b === name)!.values[of] as number

describe('lines', () => {
  const all = async (text: string, size: number): Promise<readonly Line[]> => {
    const lines: Line[] = []
    for await (const line of linesOf(given(text, size))) lines.push(line)
    return lines
  }
  it.each([1, 2, 3, 100])('come whole from pieces of %d', async (size) => {
    expect(await all('one\n\ntwo three\r\nfour', size)).toEqual([
      { text: 'one', ended: true },
      { text: '', ended: true },
      { text: 'two three\r', ended: true },
      { text: 'four', ended: false },
    ])
  })
  it('that are too long are cut, and the next is whole', async () => {
    const [long, short] = await all(`${'a'.repeat(3 * LONGEST)}\nb\n`, 65_536)
    expect([long?.text.length, short]).toEqual([LONGEST + 1, { text: 'b', ended: true }])
  })
})

describe('worker', () => {
  it("gives the peers' numbers, a line each, in order", async () => {
    const names = ['coffee_blur.png', 'coffee_noise.png', 'coffee_jpeg.png']
    const { status, out } = await done(names.map((name, i) => pair(String(i), name)), { losses: ['lpips', 'psnr'] }) // prettier-ignore
    expect(status).toBe(0)
    const results = parsed(out) as readonly MeasuredPair[]
    expect(results.map(({ id, picture }) => [id, picture])).toEqual(names.map((name, i) => [String(i), name]))
    for (const { picture, height, width, scores } of results) {
      expect([height, width]).toEqual([64, 96])
      // float32 sums of two programs, in another order; the tolerances of test/parity.
      expect(scores['lpips']).toBeCloseTo(golden(picture, 'lpips(alex)'), 5)
      expect(scores['psnr']).toBeCloseTo(10 * Math.log10(1 / golden(picture, 'pixels:mse')), 3)
    }
  })

  it('prints a failure as a result with its tag and message, and continues', async () => {
    await writeFile(at('words.png'), 'these are words')
    const { status, out } = await done(['nonsense', pair('none', 'none.png'), '', pair('words', at('words.png')), pair('sizes', 'astronaut.png'), '{"reference":"coffee.png"}', '{"reference":"coffee.png","picture":"coffee.png"}', `"${'a'.repeat(LONGEST)}"`]) // prettier-ignore
    expect(status).toBe(0)
    const results = parsed(out)
    expect(results.map((result) => [result.id, 'error' in result ? result.error.tag : result.scores])).toEqual([
      ['line 1', 'BadArgument'],
      ['none', 'ImageUnreadable'],
      ['words', 'ImageUnreadable'],
      ['sizes', 'UnequalSizes'],
      ['line 6', 'BadArgument'],
      ['coffee.png coffee.png', { psnr: 'Infinity' }],
      ['line 8', 'BadArgument'],
    ])
    const messages = results.map((result) => ('error' in result ? result.error.message : ''))
    expect(messages[0]).toBe(`Line 1: received 'nonsense', expected a JSON object such as { "id": "7", "reference": "a.png", "picture": "b.png" }, where the id may be left out.`) // prettier-ignore
    expect(messages[1]).toMatch(/none\.png cannot be read: there is no such file or folder\.$/)
    expect(messages[3]).toMatch(/64 x 96 \(height x width\).*Pass --resize to resize the second to 64 x 96\.$/)
    expect(messages[6]).toMatch(/^Line 8: received more than 1048576 characters, /)
  })

  it('prints null for default losses that a pair is too small for; a requested loss fails', async () => {
    const lines = [pair('small', 'coffee_blur.png'), pair('large', 'chelsea_jpeg.png', 'chelsea.png')]
    const named = parsed((await done(lines, { losses: ['ms-ssim'] })).out)
    expect((named[0] as FailedPair).error.message).toMatch(/both sides must be at least 161/)
    expect((named[1] as MeasuredPair).scores['ms-ssim']).toBeGreaterThan(0.5)
    await sharp(join(root, 'coffee.png')).resize(32, 32).toFile(at('tiny.png'))
    const usually = parsed((await done([pair('tiny', at('tiny.png'), at('tiny.png'))], { losses: [] })).out) as readonly MeasuredPair[]
    expect(usually[0]!.scores).toMatchObject({ 'ms-ssim': null, lpips: expect.any(Number) as number })
  })

  it('gives the same bits in batches as alone, whatever sizes are mixed, and leaves no tensors', async () => {
    const lines = ['coffee_blur', 'coffee_noise', 'chelsea_blur', 'coffee_jpeg', 'coffee_dark'].map((name) => pair(name, `${name}.png`, `${name.split('_')[0]!}.png`)) // prettier-ignore
    const alone = await done(lines, { losses: ['lpips', 'ssim', 'psnr'], batch: 1 })
    const before = tf.memory().numTensors
    expect((await done(lines, { losses: ['ssim', 'psnr'] })).out).toHaveLength(5)
    expect(tf.memory().numTensors).toBe(before)
    expect(await done(lines, { losses: ['lpips', 'ssim', 'psnr'] })).toEqual(alone)
  })

  it('answers a line before the next one comes', async () => {
    const answers: string[] = []
    let heard = (): void => undefined
    async function* dialogue(): AsyncGenerator<string> {
      for (const name of ['coffee_blur.png', 'coffee_noise.png']) {
        const answer = new Promise<void>((resolve) => (heard = resolve))
        yield `${pair(name, name)}\n`
        await answer
      }
    }
    const out = (text: string): void => {
      answers.push(text)
      heard()
    }
    await work(usual, dialogue(), { out, err: () => undefined, taken: () => Promise.resolve(), colours: false, terminal: undefined })
    expect(parsed(answers).map(({ id }) => id)).toEqual(['coffee_blur.png', 'coffee_noise.png'])
  })

  it('reads no further than one batch while nobody takes the results', async () => {
    let [lines, taken] = [0, 0]
    async function* endless(): AsyncGenerator<string> {
      while (lines < 60) yield await Promise.resolve(`${pair(String(++lines), 'coffee_blur.png')}\n`)
    }
    const furthest: number[] = []
    const slow = (): Promise<void> => {
      taken++
      furthest.push(lines - taken)
      return new Promise((resolve) => setTimeout(resolve, 1))
    }
    await work({ ...usual, batch: 4 }, endless(), { out: () => undefined, err: () => undefined, taken: slow, colours: false, terminal: undefined })
    expect([lines, taken]).toEqual([60, 60])
    expect(Math.max(...furthest)).toBeLessThanOrEqual(5)
  })
})

describe('--resume', () => {
  const names = ['coffee_blur.png', 'coffee_noise.png', 'coffee_jpeg.png', 'none.png', 'coffee_dark.png']
  const lines = [...names.map((name) => pair(name, name)), 'nonsense']

  it('does the pairs that an earlier run has not done, wherever it was killed', async () => {
    const whole = (await done(lines)).out
    const text = `${whole.join('\n')}\n`
    const cuts = [0, 1, 40, whole[0]!.length - 1, whole[0]!.length, whole[0]!.length + 1, text.length - 30, text.length - 1, text.length]
    for (const cut of cuts) {
      await writeFile(at('torn.ndjson'), text.slice(0, cut))
      const { out } = await done(lines, { resume: at('torn.ndjson') })
      await writeFile(at('torn.ndjson'), text.slice(0, cut) + out.map((line) => `${line}\n`).join(''))
      const merged = await said('merge', '--json', at('torn.ndjson'))
      await writeFile(at('whole.ndjson'), text)
      expect([cut, merged.out]).toEqual([cut, (await said('merge', '--json', at('whole.ndjson'))).out])
    }
  })

  it('takes results by the same losses alone', async () => {
    await writeFile(at('psnr.ndjson'), `${(await done([pair('a', 'coffee_blur.png')])).out.join('\n')}\n`)
    await expect(done(lines, { resume: at('psnr.ndjson'), losses: ['mse'] })).rejects.toThrow(
      /psnr\.ndjson has results of psnr, expected mse\. Pass the same losses, or start a new file\./,
    )
    await expect(done(lines, { resume: at('nowhere.ndjson') })).rejects.toThrow(/The earlier results .*nowhere\.ndjson cannot be read: there is no such file or folder\./) // prettier-ignore
  })
})

describe('merge', () => {
  const put = async (name: string, lines: readonly string[]): Promise<string> => {
    await writeFile(at(name), lines.map((line) => `${line}\n`).join(''))
    return at(name)
  }

  it('is the same to the bit of results, of parts and of reports of parts, in any order', async () => {
    const { out } = await done(['blur', 'noise', 'jpeg', 'dark', 'gray'].map((name) => pair(name, `coffee_${name}.png`)).concat(pair('none', 'none.png')), { losses: ['psnr', 'ssim'] }) // prettier-ignore
    const [all, a, b] = [await put('all', out), await put('a', out.slice(0, 2)), await put('b', out.slice(2))]
    const whole = (await said('merge', '--json', all)).out
    const [partA, partB] = [await put('a.json', [(await said('merge', '--json', a)).out]), await put('b.json', [(await said('merge', '--json', b)).out])]
    for (const files of [[a, b], [b, a], [partA, partB], [partB, partA], [a, partB], [partB, a]]) expect((await said('merge', '--json', ...files)).out).toBe(whole) // prettier-ignore
    const { out: table } = await said('merge', all)
    expect(table).toMatch(/^6 pairs, 1 of them failed\n {2}1 ImageUnreadable: none\n/)
    expect(table).toMatch(/psnr ↑ │ +5 │ +[\d.]+ │ .* │ \w+ +│/)
  })

  it('leaves out a line that was cut off, and says so', async () => {
    const { out } = await done([pair('a', 'coffee_blur.png'), pair('b', 'coffee_noise.png')])
    const torn = await put('cut', [out[0]!, out[1]!.slice(0, 30)])
    const { status, err, out: report } = await said('merge', torn)
    expect([status, err]).toEqual([0, `perceptual-loss: ${torn}, line 2 was cut off; skipping it.`])
    expect(report).toMatch(/^1 pair, 0 of them failed/)
  })

  it.each([
    ['these are words', /words, line 1: The report: received nothing, expected /],
    ['{ "id": "a", "scores": 1 }', /words, line 1: The result\.\w+: received /],
    ['[]', /words, line 1: The report/],
  ])('says what it cannot add: %s', async (text, line) => {
    const { status, err } = await said('merge', await put('words', [text]))
    expect([status, err.split('\n').length]).toEqual([3, 1])
    expect(err).toMatch(line)
  })

  it('says which file is not there', async () => {
    expect((await said('merge', at('nowhere'))).err).toMatch(/^perceptual-loss: The results .*nowhere cannot be read: there is no such file or folder\.$/)
  })
})
