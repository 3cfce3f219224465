/** The formats that a picture is encoded as, by sharp, and by which quality their search begins. */
import { extname } from 'node:path'
import type { Sharp } from 'sharp'
import { reasonOf } from '../../node/reason.js'
import { loadSharp } from '../../node/sharp.js'
import { UsageError } from '../usageError.js'
import type { Found, Searched } from './qualitySearch.js'

/** Pixels to encode. */
export interface Rgb {
  readonly bytes: Uint8Array
  readonly height: number
  readonly width: number
}

interface Format {
  /** In tables and messages. */
  readonly title: string
  readonly extensions: readonly string[]
  /** The quality that a search begins with. */
  readonly start: number
  /** How fine its steps are at a quality, as logarithms: JPEG's quantization is libjpeg's, those of the others grow about evenly. */
  readonly fineness: (quality: number) => number
  readonly encoded: (picture: Sharp, quality: number) => Sharp
}

const evenly = (quality: number): number => quality / 25

const FORMATS = {
  jpeg: {
    title: 'JPEG',
    extensions: ['.jpg', '.jpeg'],
    start: 75,
    fineness: (quality) => -1.2 * Math.log(quality < 50 ? 5000 / quality : Math.max(1, 200 - 2 * quality)),
    encoded: (picture, quality) => picture.jpeg({ quality }),
  },
  webp: { title: 'WebP', extensions: ['.webp'], start: 75, fineness: evenly, encoded: (picture, quality) => picture.webp({ quality }) },
  avif: { title: 'AVIF', extensions: ['.avif'], start: 50, fineness: evenly, encoded: (picture, quality) => picture.avif({ quality }) },
} as const satisfies Readonly<Record<string, Format>>

/** The name of a format. */
export type FormatName = keyof typeof FORMATS

/** What was found for a format. */
export type FormatResult = Found<FormatName>

/** The names, in the order of the table. */
export const FORMAT_NAMES: readonly FormatName[] = ['jpeg', 'webp', 'avif']

/** How a format is written in sentences. */
export const titleOf = (name: FormatName): string => FORMATS[name].title

/** What a search expects of a format. */
export const searchedAs = (name: FormatName): Searched<FormatName> => ({ name, start: FORMATS[name].start, fineness: FORMATS[name].fineness })

/** The extensions of files to write. */
export const OUTPUT_EXTENSIONS: readonly string[] = FORMAT_NAMES.flatMap((format) => FORMATS[format].extensions)

/** The format of a file's name; throws for another extension. */
export const formatOfFile = (file: string): FormatName => {
  const extension = extname(file).toLowerCase()
  const name = FORMAT_NAMES.find((format) => (FORMATS[format].extensions as readonly string[]).includes(extension))
  if (name !== undefined) return name
  throw new UsageError(`--output: received '${file}', expected a name that ends in ${OUTPUT_EXTENSIONS.join(', ')}.`)
}

/** The file's bytes at a quality from 1 to 100. */
export const encodedAs = async (name: FormatName, { bytes, height, width }: Rgb, quality: number): Promise<Uint8Array> => {
  const sharp = await loadSharp()
  try {
    return await FORMATS[name].encoded(sharp(bytes, { raw: { width, height, channels: 3 } }), quality).toBuffer()
  } catch (error) {
    throw new Error(`A picture of ${String(height)} x ${String(width)} pixels cannot be encoded as ${titleOf(name)}: ${reasonOf(error)}.`, { cause: error })
  }
}
