/**
 * What pixelmatch, ssim.js and toLookLike say of the changes of a page, at the bounds that people use: as rows, and as a table in Markdown.
 */
import pixelmatch from 'pixelmatch'
import sharp from 'sharp'
import { ssim } from 'ssim.js'
import { alexnet, compile, lpips } from '../../src/index.js'
import { spotDifference, spotPair } from '../../src/matcher/spotDifference.js'
import { readImage } from '../../src/node/index.js'
import { CHANGES, HEIGHT, page, WIDTH } from './pages.js'

/** One change, as each sees it. */
export interface Row {
  readonly what: string
  readonly matters: boolean
  /** Pixels that differ by pixelmatch, anti-aliased ones left out. */
  readonly pixels: number
  /** ssim.js' mean SSIM. */
  readonly ssim: number
  readonly lpips: number
  /** The difference of the most different spot. */
  readonly spot: number
}

/** The rows; a backend must have been chosen. */
export const rows = async (): Promise<readonly Row[]> => {
  const extractor = await alexnet()
  const distance = compile(lpips(), extractor)
  const usual = await page({})
  const found: Row[] = []
  for (const { what, look, matters } of CHANGES) {
    const changed = await page(look)
    const [a, b] = [await rgba(usual), await rgba(changed)]
    const [reference, picture] = [await readImage(usual), await readImage(changed)]
    const value = distance(reference, picture)
    found.push({
      what,
      matters,
      pixels: pixelmatch(a, b, undefined, WIDTH, HEIGHT),
      ssim: ssim({ data: a, width: WIDTH, height: HEIGHT }, { data: b, width: WIDTH, height: HEIGHT }).mssim,
      lpips: (await value.data())[0] ?? Number.NaN,
      spot: spotDifference(await spotPair({ reference, picture })),
    })
    for (const tensor of [reference, picture, value]) tensor.dispose()
  }
  extractor.dispose()
  return found
}

const rgba = async (png: Buffer): Promise<Uint8ClampedArray> => Uint8ClampedArray.from(await sharp(png).ensureAlpha().raw().toBuffer())

/** Whether each one flags a change, at its bound. */
export const FLAGS: Readonly<Record<string, (row: Row) => boolean>> = {
  'pixelmatch, no pixel': ({ pixels }) => pixels > 0,
  'pixelmatch, 1 %': ({ pixels }) => pixels > 0.01 * WIDTH * HEIGHT,
  'ssim.js, 0.99': (row) => row.ssim < 0.99,
  'toLookLike, lpips 0.05': (row) => row.lpips > 0.05,
  'toLookLike, lpips 0.1': (row) => row.lpips > 0.1,
  'toLookLike, spot 0.03': (row) => row.spot > 0.03,
}

/** The table: what each one measured; bold where it flags the change. */
export const table = (measured: readonly Row[]): string => {
  const says = (name: string, row: Row): string =>
    name.startsWith('pixelmatch')
      ? `${String(row.pixels)} px`
      : (name.startsWith('ssim') ? row.ssim : name.endsWith('spot 0.03') ? row.spot : row.lpips).toFixed(3)
  const cell = (name: string, row: Row): string => (FLAGS[name]?.(row) === true ? `**${says(name, row)}**` : says(name, row))
  const names = Object.keys(FLAGS)
  const lines = measured.map((row) => [row.what, row.matters ? 'yes' : 'no', ...names.map((name) => cell(name, row))])
  return [['change', 'should fail', ...names], ['---', '---', ...names.map(() => '---')], ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
