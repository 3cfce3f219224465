/** The demo, as a person runs it: a small picture, few steps. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImage } from '../../src/node/index.js'
import { run } from './run.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-demo-'))
})
afterAll(() => rm(folder, { recursive: true }))

const shapeOf = async (file: string): Promise<readonly number[]> => {
  const image = await readImage(file)
  const { shape } = image
  image.dispose()
  return shape
}

/** A number that was printed, in three digits: 12.3, 1.20e+3. */
const number = /\d+(?:\.\d+)?(?:e[+-]\d+)?/.source

describe('the demo', () => {
  it('optimises a photograph and shows how', async () => {
    const out = join(folder, 'made')
    const { code, stdout, stderr } = await run('demo.ts', ['--size', '48', '--steps', '10', '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(await readdir(out)).toEqual(['contact-sheet.png', 'result.png'])
    expect(await shapeOf(join(out, 'result.png'))).toEqual([1, 32, 48, 3])
    // Eight cells in two rows of four: content, style, steps 1, 2, 4 and 7, result; step 1 stands for 4 % and 10 %.
    expect(await shapeOf(join(out, 'contact-sheet.png'))).toEqual([1, 8 + 2 * (32 + 30), 8 + 4 * (48 + 8), 3])

    expect(stdout).toContain("sum(named('content', mse(featureAt('block3_conv1'))), named('style', sum(weighted(")
    expect(stdout).toContain("against('style', mse(gram(featureAt('block2_conv1'), { normalize: 'positions' })))")
    const line = new RegExp(`^step (\\d+) of 10: loss (${number}) \\(content ${number}, style ${number}, smooth ${number}\\), \\d+ s left$`, 'gm')
    const losses = [...stdout.matchAll(line)].map((match) => Number(match[2]))
    expect(losses).toHaveLength(10)
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
    for (const words of ['term', 'at first', 'share', 'style / mse(gram(block3_conv1)) against style', join(out, 'result.png'), join(out, 'contact-sheet.png')])
      expect(stdout).toContain(words)
  })

  it('keeps the picture as it is by Ctrl-C', async () => {
    const out = join(folder, 'stopped')
    const { code, stdout } = await run('demo.ts', ['--size', '32', '--steps', '1000', '--out', out], /step 100 of/)
    expect(code).toBe(130)
    expect(stdout).toMatch(/Stopped after step 1\d\d of 1000; the picture is kept as it is\./)
    expect(await shapeOf(join(out, 'result.png'))).toEqual([1, 21, 32, 3])
    expect(await readdir(out)).toEqual(['contact-sheet.png', 'result.png'])
  })

  it('explains its options', async () => {
    const { code, stdout } = await run('demo.ts', ['--help'])
    expect(code).toBe(0)
    for (const option of ['content', 'style', 'size', 'steps', 'content-weight', 'style-weight', 'tv-weight', 'out', 'backend'])
      expect(stdout).toContain(`--${option} `)
    expect(stdout).toContain('npm run demo -- --content photo.jpg')
  })

  it.each([
    [['--bogus'], "Unknown option '--bogus'; --help lists the options."],
    [['--size', '3'], "--size came as '3'; expected a whole number from 16 to 2048."],
    [['--style-weight=-1'], "--style-weight came as '-1'; expected a number, 0 or more."],
    [['--backend', 'webgl'], "--backend came as 'webgl'; expected one of wasm, cpu, tensorflow."],
    [['--content', 'nothing.jpg'], 'The picture nothing.jpg cannot be read: there is no such file or folder.'],
    [['--style', 'package.json'], 'The picture package.json cannot be read: Input buffer contains unsupported image format.'],
    [['--out', 'package.json/x'], '--out: the folder package.json/x cannot be made'],
  ])('answers %j with one line', async (args, line) => {
    const { code, stdout, stderr } = await run('demo.ts', args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(line)])
  })
})
