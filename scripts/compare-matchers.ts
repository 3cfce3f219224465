/** Writes the table of docs/toLookLike.md, and its picture: `npm run compare-matchers`. */
import { readFile, writeFile } from 'node:fs/promises'
import sharp, { type OverlayOptions } from 'sharp'
import { alexnet, compile, lpips } from '../src/index.js'
import { heatmapToImage, readImage, useFastestBackend } from '../src/node/index.js'
import { CHANGES, HEIGHT, page, WIDTH } from './matchers/pages.js'
import { rows, table } from './matchers/table.js'

await useFastestBackend()
const file = new URL('../docs/toLookLike.md', import.meta.url)
const [start, end] = ['<!-- table -->\n', '\n<!-- /table -->']
const document = await readFile(file, 'utf8')
const [before = '', rest = ''] = document.split(start)
await writeFile(file, `${before}${start}${table(await rows())}${end}${rest.split(end)[1] ?? ''}`)

/** The page, each change, and its heat map below it. */
const extractor = await alexnet()
const distance = compile(lpips(), extractor)
const reference = await readImage(await page({}))
const tiles: OverlayOptions[] = []
for (const [i, { look }] of CHANGES.entries()) {
  const png = await page(look)
  const heat = heatmapToImage(distance.heatmap(reference, await readImage(png)))
  const bytes = Buffer.from(Uint8Array.from(await heat.data(), (value) => Math.round(value * 255)))
  const left = i * (WIDTH + 10)
  tiles.push({ input: png, left, top: 0 })
  tiles.push({ input: bytes, raw: { width: WIDTH, height: HEIGHT, channels: 3 }, left, top: HEIGHT + 10 })
}
await sharp({ create: { width: CHANGES.length * (WIDTH + 10) - 10, height: 2 * HEIGHT + 10, channels: 3, background: '#fff' } })
  .composite(tiles)
  .png({ palette: true })
  .toFile(new URL('../docs/toLookLike.png', import.meta.url).pathname)
