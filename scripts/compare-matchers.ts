/**
 * Compares toLookLike with other matchers, and writes the tables and pictures of docs/toLookLike.md: `npm run compare-matchers`.
 *
 * Screenshots and scores are kept in `.cache/matchers`; without it the comparison takes about ten minutes on two processors. It needs Chromium.
 */
import { readFile, writeFile } from 'node:fs/promises'
import sharp, { type OverlayOptions } from 'sharp'
import { alexnet, compile, lpips } from '../src/index.js'
import { heatmapToImage, readImage, useFastestBackend } from '../src/node/index.js'
import { contactSheet } from './matchers/contactSheet.js'
import { byDefault, judges } from './matchers/judges.js'
import { CHANGES, HEIGHT, page, WIDTH } from './matchers/pages.js'
import { cases } from './matchers/screenshots.js'
import { scoresOf } from './matchers/scores.js'
import { conditions, curves, summary, wrong } from './matchers/study.js'
import { rows, table } from './matchers/table.js'

await useFastestBackend()
const docs = new URL('../docs/', import.meta.url)

/** Replaces what is between two marks of the document. */
const insert = async (mark: string, text: string): Promise<void> => {
  const file = new URL('toLookLike.md', docs)
  const [start, end] = [`<!-- ${mark} -->\n`, `\n<!-- /${mark} -->`]
  const document = await readFile(file, 'utf8')
  const [from, to] = [document.indexOf(start), document.indexOf(end)]
  if (from === -1 || to === -1) throw new Error(`docs/toLookLike.md has no marks ${start.trim()} and ${end.trim()}, each on a line of its own`)
  await writeFile(file, `${document.slice(0, from)}${start}${text}${document.slice(to)}`)
}

await insert('table', table(await rows()))

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
  .toFile(new URL('toLookLike.png', docs).pathname)

const measured = await scoresOf(await cases(), await judges(), (line) => {
  console.log(line)
})
const scored = [byDefault(measured), ...measured]
await insert('study', summary(scored))
await insert('conditions', await conditions())
await writeFile(new URL('toLookLike-roc.svg', docs), curves(scored))
await contactSheet(new URL('toLookLike-wrong.webp', docs).pathname, wrong(scored))
