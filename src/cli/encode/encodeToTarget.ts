/** Encodes a picture as small as a target allows: from the arguments of a command to its exit status. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { readImage } from '../../node/index.js'
import { replacePicture } from '../../node/replaceFile.js'
import { compileLosses, namedLosses, type Tiles } from '../compare/compiledLosses.js'
import { ofFile, scoresOf, type ComparedLoss } from '../compare/measurePairs.js'
import type { Format } from '../compare/printScores.js'
import type { Limit } from '../compare/scoreLimits.js'
import { EXIT } from '../exitStatus.js'
import type { Reporting } from '../namedLosses.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { progressBar, type Progress } from '../progressBar.js'
import { checkWritable, readPicture } from '../readPictures.js'
import { checkSources } from '../sourceBytes.js'
import { UsageError } from '../usageError.js'
import { encodedAs, FORMAT_NAMES, formatOfFile, OUTPUT_EXTENSIONS, searchedAs, titleOf, type FormatName, type FormatResult, type Rgb } from './encoders.js'
import { printedEncodings } from './encodingTable.js'
import { logDistance } from './logDistance.js'
import { MOST_ENCODINGS, searchQualities } from './qualitySearch.js'

/** The arguments of the command. */
export interface AskedEncoding {
  readonly picture: string
  readonly target: Omit<Limit, 'option'>
  /** The formats to try; empty for that of the output file, or all. */
  readonly formats: readonly FormatName[]
  /** The file to write. */
  readonly output: string | undefined
  readonly weights: readonly string[]
  readonly backend: string
  /** The most memory for tiles; undefined for no tiles. */
  readonly memory: string | number | undefined
  readonly reporting: Reporting
  readonly format: Format
}

/** Searches, prints, writes, and returns the exit status: `apart` if no format reaches the target. */
export const encodeToTarget = async (asked: AskedEncoding, output: Output): Promise<number> => {
  const formats = await formatsOf(asked)
  checkSources([asked.picture])
  const bar = progressBar(MOST_ENCODINGS, output.terminal, output.progress)
  try {
    const loss = await lossOf(asked, bar, output)
    const { image, surprises } = await readPicture(asked.picture)
    const found = await search(image, loss, formats, asked, bar).finally(() => {
      image.dispose()
    })
    bar.end()
    output.out(printedEncodings[asked.format](found, loss))
    const notes = [...surprises, ...found.flatMap((one) => notesOf(one, asked, formats.length))]
    for (const sentence of notes) output.err(`perceptual-loss: ${printable(sentence)}`)
    const [first] = found.flatMap(({ best }) => (best === undefined ? [] : [best]))
    if (first === undefined) return EXIT.apart
    if (asked.output !== undefined) await replacePicture(asked.output, first.bytes)
    return EXIT.done
  } finally {
    bar.end()
  }
}

const formatsOf = async ({ formats, output }: AskedEncoding): Promise<readonly FormatName[]> => {
  if (output === undefined) return formats.length === 0 ? FORMAT_NAMES : [...new Set(formats)]
  const format = formatOfFile(output)
  if (formats.some((name) => name !== format))
    throw new UsageError(`--output ${output} is a ${titleOf(format)} file, but --encode asks for ${formats.join(', ')}; leave --encode out.`)
  await checkWritable(output, OUTPUT_EXTENSIONS)
  return [format]
}

const lossOf = async ({ target, reporting, memory, ...means }: AskedEncoding, bar: Progress, output: Output): Promise<ComparedLoss> => {
  const tiles: Tiles | undefined = memory === undefined ? undefined : { memory, progress: bar.say, leftOut: output.err }
  const losses = await namedLosses([target.name], reporting)
  const [loss] = await compileLosses(losses, { ...means, tiles, loading: bar.say }, () => false)
  if (loss === undefined) throw new UsageError(`--target: received no loss, expected LOSS=NUMBER, such as ssim=0.98.`)
  return loss
}

const search = async (
  image: Tensor4D,
  loss: ComparedLoss,
  formats: readonly FormatName[],
  { picture, target: { bound } }: AskedEncoding,
  bar: Progress,
): Promise<readonly FormatResult[]> => {
  const rgb = await rgbOf(image)
  let done = 0
  const reaches = (value: number): boolean => (loss.similarity ? value >= bound : value <= bound)
  const aim = { bound, reaches, logDistance: (value: number) => logDistance(loss, value) }
  return searchQualities(formats.map(searchedAs), aim, async (name, quality) => {
    bar.show(done++, `${titleOf(name)} ${String(quality)}`)
    const bytes = await encodedAs(name, rgb, quality)
    return { quality, bytes, value: await valueOf(loss, image, bytes, picture) }
  })
}

const rgbOf = async (image: Tensor4D): Promise<Rgb> => {
  const [, height, width] = image.shape
  return { bytes: Uint8Array.from(await image.data<'float32'>(), (value) => Math.round(255 * value)), height, width }
}

/** The reported value of an encoded picture. */
const valueOf = async (loss: ComparedLoss, reference: Tensor4D, bytes: Uint8Array, file: string): Promise<number> => {
  const picture = await readImage(bytes)
  try {
    const { samples } = await scoresOf([loss], [{ reference, picture }])
    return samples[0]?.[loss.name] ?? Number.NaN
  } catch (error) {
    throw ofFile(error, { reference: file, picture: file })
  } finally {
    picture.dispose()
  }
}

/** What the table does not say: that no quality reaches the target, or that some were not tried. */
const notesOf = ({ name, best, below, isSmallest }: FormatResult, { target }: AskedEncoding, formats: number): readonly string[] => {
  const aim = `${target.name}=${String(target.bound)}`
  if (best === undefined) return [`${titleOf(name)}: no quality reaches ${aim}; quality 100 has ${String(Number(below?.value.toPrecision(4)))}.`]
  if (isSmallest) return []
  const more = formats > 1 ? `; --encode ${name} tries every one that matters` : ''
  return [`${titleOf(name)}: qualities ${String((below?.quality ?? 0) + 1)} to ${String(best.quality - 1)} were not tried${more}.`]
}
