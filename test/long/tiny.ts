/** Tiny pictures, and lines that compare them: what a test of many pairs takes. */
import { join } from 'node:path'
import sharp from 'sharp'

/** How many pictures there are. */
export const COUNT = 20
const SIDE = 16

/** Writes 0.png to 19.png, all different. */
export const tinyPictures = async (folder: string): Promise<void> => {
  for (let i = 0; i < COUNT; i++) {
    const pixels = Buffer.from(Array.from({ length: SIDE * SIDE * 3 }, (_, j) => (i * 37 + j * 13 + ((i * j) % 7)) % 256))
    await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(join(folder, `${String(i)}.png`))
  }
}

/** The i-th pair, as a line. */
export const lineOf = (i: number, id = String(i), picture = `${String((i * 7 + 1) % COUNT)}.png`): string =>
  `${JSON.stringify({ id, reference: `${String(i % COUNT)}.png`, picture })}\n`
