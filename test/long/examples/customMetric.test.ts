/** A metric of one's own, run by name. */
import { expect, it } from 'vitest'
import { scores } from '../../../src/index.js'
import { readImage } from '../../../src/node/index.js'
import { sheetOf, temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

const inFolder = temporaryFolder('metric')

it('robust-mean shows all that comes of the definition, and a picture without its outliers', async () => {
  const out = inFolder('metric')
  const { code, stdout, stderr } = await run('run.ts', ['robust-mean', out])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  for (const line of [
    'sum(gemanMcClure(pixels, { scale: 0.25 }), weighted(0.5, mae(pixels)))',
    'equal after a round trip through JSON: true',
    'range [0, 1], smooth: true',
    'heat map: [1, 16, 16, 1]',
  ])
    expect(stdout).toContain(line)
  expect(stdout).not.toContain('Broken')
  const sheet = await readImage(`${out}/nearest.png`)
  expect(sheet.shape).toEqual(sheetOf(4, 200, 200))
  const [copy, mean, robust, original] = [0, 1, 2, 3].map((cell) => sheet.slice([0, 8, 8 + cell * 208, 0], [1, 200, 200, 3]))
  const psnr = await Promise.all([copy!, mean!, robust!].map((picture) => scores.psnr(original!, picture)))
  // The mean of seven copies is nearer than one of them by log10(7) tens of decibels at most, and keeps the outliers; the robust picture leaves them out.
  expect(psnr[1]! - psnr[0]!).toBeLessThan(8.5)
  expect(psnr[2]! - psnr[1]!).toBeGreaterThan(4)
})
