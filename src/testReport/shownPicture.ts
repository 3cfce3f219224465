/**
 * Pictures as a page shows them: in data URIs, so that the page needs no other file.
 */
import { readFile } from 'node:fs/promises'
import { loadSharp } from '../node/sharp.js'

/** A picture in a page. */
export interface ShownPicture {
  readonly source: string
  readonly height: number
  readonly width: number
}

/** What browsers show, by sharp's names; other pictures are converted to PNG. */
const TYPES: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' }

/** The picture of a file; undefined where it cannot be read. */
export const shownPicture = async (path: string): Promise<ShownPicture | undefined> => {
  const sharp = await loadSharp()
  try {
    const bytes = await readFile(path)
    const { format, width, height, orientation = 1 } = await sharp(bytes).metadata()
    const type = TYPES[format]
    if (type === undefined) {
      const { data, info } = await sharp(bytes).rotate().png().toBuffer({ resolveWithObject: true })
      return { source: dataUri('image/png', data), height: info.height, width: info.width }
    }
    const [high, wide] = orientation < 5 ? [height, width] : [width, height]
    return { source: dataUri(type, bytes), height: high, width: wide }
  } catch {
    return undefined
  }
}

const dataUri = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`
