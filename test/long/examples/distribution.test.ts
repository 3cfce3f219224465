/** The example distribution, as a person runs it: a few steps bring the generator's set of features nearer to the photograph's. */
import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { shapeOf, sheetOf, temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

const inFolder = temporaryFolder('distribution')

it('npm run example -- distribution trains by distribution, and writes a sheet', { timeout: 600_000 }, async () => {
  const out = inFolder('made')
  const { code, stdout, stderr } = await run('run.ts', ['distribution', '--steps', '20', '--out', out])
  expect([code, stderr]).toEqual([0, ''])
  const [[before = 0, kernelBefore = 0] = [], [after = 0, kernelAfter = 0] = []] = ['untrained', 'trained'].map((name) =>
    new RegExp(`^${name} +Fréchet distance (\\d+\\.\\d{3}), kernel distance (\\d\\.\\d{4})$`, 'm').exec(stdout)!.slice(1).map(Number),
  )
  expect(after).toBeLessThan(0.8 * before)
  expect(kernelAfter).toBeLessThan(0.8 * kernelBefore)
  expect(await readdir(out)).toEqual(['distribution.png'])
  expect(await shapeOf(`${out}/distribution.png`)).toEqual(sheetOf(2, 128, 128))
})
