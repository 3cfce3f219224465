/** The cases that a matcher judged wrongly, as one picture: each with its reference, cut to its largest difference, and its number. */
import sharp, { type OverlayOptions } from 'sharp'
import { spotHeat } from '../../src/matcher/spotDifference.js'
import type { Judged } from './outcomes.js'
import type { Case } from './screenshots.js'

const [CUT_WIDTH, CUT_HEIGHT, COLUMNS, GAP, LABEL] = [200, 80, 3, 8, 34] as const
const [WIDTH, HEIGHT] = [2 * CUT_WIDTH + 3 * GAP, CUT_HEIGHT + LABEL + GAP] as const

/** Writes the picture. */
export const contactSheet = async (path: string, cases: readonly (Case & Judged)[]): Promise<void> => {
  const tiles: OverlayOptions[] = []
  for (const [i, one] of cases.entries()) {
    const [left, top] = [(i % COLUMNS) * WIDTH + GAP, Math.floor(i / COLUMNS) * HEIGHT]
    const [reference, picture] = await cuts(one)
    tiles.push(
      { input: label(one), left, top },
      { input: reference, left, top: top + LABEL },
      { input: picture, left: left + CUT_WIDTH + GAP, top: top + LABEL },
    )
  }
  const [width, height] = [Math.min(COLUMNS, cases.length) * WIDTH, Math.ceil(cases.length / COLUMNS) * HEIGHT]
  await sharp({ create: { width: Math.max(1, width), height: Math.max(1, height), channels: 3, background: '#d4d4d8' } })
    .composite(tiles)
    .webp({ quality: 90 })
    .toFile(path)
}

const label = ({ page, kind, what, regression, score }: Case & Judged): Buffer => {
  const lines = [`${regression ? 'missed' : 'false alarm'} ${score.toFixed(2)}: ${page}, ${kind}`, what]
  const text = lines.map((line, i) => `<text x="0" y="${String(14 + 14 * i)}">${line.replaceAll('&', '&amp;')}</text>`).join('')
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(LABEL)}" font-family="DejaVu Sans, sans-serif" font-size="12">${text}</svg>`,
  )
}

/** The same part of both pictures, around the most different spot. */
const cuts = async ({ reference, picture }: Case): Promise<readonly [Buffer, Buffer]> => {
  const [a, b] = [await rgb(reference), await rgb(picture)]
  const { width, height } = a
  const heat = spotHeat({ reference: a.values, picture: b.values, height, width })
  const most = heat.reduce((at, value, i) => (value > (heat[at] ?? 0) ? i : at), 0)
  const start = (at: number, side: number, cut: number): number => Math.max(0, Math.min(side - cut, Math.round(at - cut / 2)))
  const region = {
    left: start(most % width, width, CUT_WIDTH),
    top: start(Math.floor(most / width), height, CUT_HEIGHT),
    width: Math.min(CUT_WIDTH, width),
    height: Math.min(CUT_HEIGHT, height),
  }
  return [await sharp(reference).extract(region).png().toBuffer(), await sharp(picture).extract(region).png().toBuffer()]
}

const rgb = async (path: string): Promise<{ readonly values: Float32Array; readonly width: number; readonly height: number }> => {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { values: Float32Array.from(data, (value) => value / 255), width: info.width, height: info.height }
}
