/** Style transfer, the demo, as a person runs it: a small picture, few steps. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shapeOf, sheetOf, temporaryFolder } from './folder.js'
import { run } from './run.js'

const inFolder = temporaryFolder('style')

/** A number that was printed, in three digits: 12.3, 1.20e+3. */
const number = /\d+(?:\.\d+)?(?:e[+-]\d+)?/.source

describe('npm run demo', () => {
  it('optimises a photograph and shows how', async () => {
    const out = inFolder('made')
    const { code, stdout, stderr } = await run('run.ts', ['style-transfer', '--size', '48', '--steps', '10', '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(await readdir(out)).toEqual(['contact-sheet.png', 'result.png'])
    expect(await shapeOf(join(out, 'result.png'))).toEqual([1, 32, 48, 3])
    // Eight cells in two rows of four: content, style, steps 1, 2, 4 and 7, result; step 1 stands for 4 % and 10 %.
    expect(await shapeOf(join(out, 'contact-sheet.png'))).toEqual(sheetOf(8, 32, 48))

    expect(stdout).toContain("sum(named('content', mse(featureAt('block3_conv1'))), named('style', sum(weighted(")
    expect(stdout).toContain("against('style', mse(gram(featureAt('block2_conv1'), { normalize: 'positions' })))")
    const line = new RegExp(`^step (\\d+) of 10: loss (${number}) \\(content ${number}, style ${number}, smooth ${number}\\), \\d+ s left$`, 'gm')
    const losses = [...stdout.matchAll(line)].map((match) => Number(match[2]))
    expect(losses).toHaveLength(10)
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
    for (const words of ['term', 'before', 'share', 'style / mse(gram(block3_conv1)) against style', join(out, 'result.png'), join(out, 'contact-sheet.png')])
      expect(stdout).toContain(words)
  })

  it('keeps the picture as it is by Ctrl-C', async () => {
    const out = inFolder('stopped')
    const { code, stdout } = await run('run.ts', ['style-transfer', '--size', '32', '--steps', '1000', '--out', out], /step 100 of/)
    expect(code).toBe(130)
    expect(stdout).toMatch(/Stopped after step 1\d\d of 1000; the result is the picture at that step\./)
    expect(await shapeOf(join(out, 'result.png'))).toEqual([1, 21, 32, 3])
    expect(await readdir(out)).toEqual(['contact-sheet.png', 'result.png'])
  })

  it('explains its options', async () => {
    const { code, stdout } = await run('run.ts', ['style-transfer', '--help'])
    expect(code).toBe(0)
    for (const option of ['content', 'style', 'size', 'steps', 'content-weight', 'style-weight', 'tv-weight', 'out', 'backend'])
      expect(stdout).toContain(`--${option} `)
    expect(stdout).toContain('npm run demo -- --content photo.jpg')
  })

  it.each([
    [['--bogus'], "Unknown option '--bogus'; --help lists the options."],
    [['--size', '3'], "--size: received '3', expected a whole number from 16 to 2048."],
    [['--style-weight=-1'], "--style-weight: received '-1', expected a number, 0 or more."],
    [['--backend', 'webgl'], "--backend: received 'webgl', expected one of auto, native, wasm, cpu."],
    [['--content', 'nothing.jpg'], 'The picture nothing.jpg cannot be read: there is no such file or folder.'],
    [['--style', 'package.json'], 'The picture package.json cannot be read: it is not a supported picture format'],
    [['--out', 'package.json/x'], '--out: the folder package.json/x cannot be made'],
  ])('answers %j with one line', async (args, line) => {
    const { code, stdout, stderr } = await run('run.ts', ['style-transfer', ...args])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(line)])
  })
})
