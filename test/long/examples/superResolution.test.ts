/** Super-resolution as a person runs it, on tiny patches. */
import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { shapeOf, sheetOf, temporaryFolder } from '../../examples/folder.js'
import { LARGER, PLACE } from '../../../examples/super-resolution/showOn.js'
import { run } from '../../examples/run.js'

describe('npm run example -- super-resolution', () => {
  const inFolder = temporaryFolder('super-resolution')
  const TINY = ['super-resolution', '--batch', '2', '--size', '16', '--width', '4', '--picture', 'rocket']

  it('trains twice, prints the numbers of each and writes a sheet', async () => {
    const out = inFolder('made')
    const { code, stdout, stderr } = await run('run.ts', [...TINY, '--warm-up', '3', '--steps', '2', '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(await readdir(out)).toEqual(['super-resolution.png'])
    expect(await shapeOf(`${out}/super-resolution.png`)).toEqual(sheetOf(8, LARGER * PLACE, LARGER * PLACE))
    expect(stdout).toContain("named('adversarial', weighted(0.01, nonSaturating(featureAt('logits'))))")
    const lines = stdout.split('\n').filter((line) => line.includes(', step '))
    expect(lines.map((line) => line.split(': ')[0])).toEqual([
      ...['warm-up, step 1 of 3', 'warm-up, step 2 of 3', 'warm-up, step 3 of 3'],
      ...['pixels alone, step 1 of 2', 'pixels alone, step 2 of 2', 'perceptual, step 1 of 2', 'perceptual, step 2 of 2'],
    ])
    // What is nearly the bilinear enlargement has nearly its numbers.
    const psnr = ['bilinear', 'pixels', 'perceptual'].map((name) => Number(new RegExp(`│ ${name} +│ +(\\d+\\.\\d\\d) │ +0\\.\\d{4} │`).exec(stdout)?.[1]))
    expect(psnr.every((value) => Math.abs(value - psnr[0]!) < 3)).toBe(true)
  })

  it('shows what was learned by Ctrl-C', async () => {
    const out = inFolder('stopped')
    const { code, stdout } = await run('run.ts', [...TINY, '--warm-up', '1000', '--out', out], /warm-up, step 100 of/)
    expect(code).toBe(130)
    expect(stdout).toContain('warm-up: stopped.')
    expect(await readdir(out)).toEqual(['super-resolution.png'])
  })
})
