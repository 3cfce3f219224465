/** A folder for what an example writes, gone after the tests of the file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { readImage } from '../../src/node/index.js'
import { LABEL_HEIGHT } from '../../src/cli/painting/contactSheet.js'

/** Call it once for a file; gives the path of something in the folder. */
export const temporaryFolder = (name: string): ((inside: string) => string) => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `perceptual-loss-${name}-`))
  })
  afterAll(() => rm(folder, { recursive: true }))
  return (inside) => join(folder, inside)
}

/** The shape of the picture in a file. */
export const shapeOf = async (file: string): Promise<readonly number[]> => {
  const image = await readImage(file)
  const { shape } = image
  image.dispose()
  return shape
}

/** The size of a sheet of so many pictures of one size, four a row. */
export const sheetOf = (pictures: number, height: number, width: number): readonly number[] => [
  1,
  8 + Math.ceil(pictures / 4) * (height + LABEL_HEIGHT),
  8 + Math.min(4, pictures) * (width + 8),
  3,
]
