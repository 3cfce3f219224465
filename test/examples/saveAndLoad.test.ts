/** A loss in a file, run by name. */
import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { shapeOf, sheetOf, temporaryFolder } from './folder.js'
import { run } from './run.js'

const inFolder = temporaryFolder('saved')

it('save-and-load writes a loss, reads it back the same and puts it to work', async () => {
  const out = inFolder('saved')
  const { code, stdout, stderr } = await run('run.ts', ['save-and-load', out])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(await readdir(out)).toEqual(['difference.png', 'loss.json'])
  expect(JSON.parse(await readFile(`${out}/loss.json`, 'utf8'))).toMatchObject({ version: 1 })
  expect(stdout).toContain('loss.sum[1].loss.feature.layer: received "block3_conv9", expected a layer of vgg16')
  expect(stdout).toContain('Did you mean block3_conv')
  expect(stdout).toContain('equal after reading: true')
  expect(await shapeOf(`${out}/difference.png`)).toEqual(sheetOf(3, 171, 256))
})
