/** The page of an application, each change of it, and LPIPS' heat map of the change, on one scale. */
import * as tf from '@tensorflow/tfjs'
import sharp, { type OverlayOptions } from 'sharp'
import { lettering } from '../../src/cli/painting/lettering.js'
import { alexnet, compile, lpips } from '../../src/index.js'
import { heatmapToImage, readImage } from '../../src/node/index.js'
import { CHANGES, HEIGHT, page, WIDTH } from './pages.js'

const [GAP, LABEL, TEXT] = [10, 40, 13] as const

/** Writes the picture. */
export const drawChanges = async (path: string): Promise<void> => {
  const distance = compile(lpips(), await alexnet())
  const reference = await readImage(await page({}))
  const pages = await Promise.all(CHANGES.map(({ look }) => page(look)))
  const heats = await Promise.all(pages.map(async (png) => distance.heatmap(reference, await readImage(png))))
  const max = Math.max(...heats.map((heat) => tf.tidy(() => tf.max(heat).dataSync()[0] ?? 0)))
  const tiles: OverlayOptions[] = []
  for (const [i, { what }] of CHANGES.entries()) {
    const [left, heat] = [i * (WIDTH + GAP), heats[i]]
    if (heat === undefined) continue
    const bytes = Buffer.from(Uint8Array.from(await heatmapToImage(heat, { max }).data(), (value) => Math.round(value * 255)))
    tiles.push({ input: label(what), left, top: 0 }, { input: pages[i] ?? Buffer.alloc(0), left, top: LABEL })
    tiles.push({ input: bytes, raw: { width: WIDTH, height: HEIGHT, channels: 3 }, left, top: LABEL + HEIGHT + GAP })
  }
  await sharp({ create: { width: CHANGES.length * (WIDTH + GAP) - GAP, height: LABEL + 2 * HEIGHT + GAP, channels: 3, background: '#fff' } })
    .composite(tiles)
    .png({ palette: true })
    .toFile(path)
}

/** A label of two lines at most, broken at a word. */
const label = (what: string): Buffer => {
  const words = `${what.charAt(0).toUpperCase()}${what.slice(1)}`.split(' ')
  const half = words.findIndex((_, i) => words.slice(0, i + 1).join(' ').length > LETTERS_A_LINE)
  const lines = half === -1 ? [words] : [words.slice(0, half), words.slice(half)]
  const paths = lines.map((line, i) => lettering(line.join(' '), 0, 4 + 17 * i, TEXT))
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(LABEL)}"><path d="${paths.join('')}" fill="#222"/></svg>`,
  )
}

const LETTERS_A_LINE = 28
