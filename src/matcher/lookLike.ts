/**
 * Compares a test's picture with a reference file, like image snapshots.
 *
 * A missing reference is written, except on CI; a failing one is replaced if the runner is in update mode. A picture that differs too much is written
 * beside the test with the reference and a heat map, and the message names these files; they are removed when the comparison passes again.
 */
import { access, mkdir, rm } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { LossException } from '../index.js'
import { heatmapToImage, writeImage } from '../node/index.js'
import { replacePicture } from '../node/replaceFile.js'
import { backgroundsOf, type Background } from './backgrounds.js'
import { boundsOf, type Bound } from './bounds.js'
import { comparePixels, type PixelComparison } from './equalPictures.js'
import { notesOn } from './notes.js'
import { load, sourceOf, type Received, type Source } from './received.js'
import { checkComparable, heatOf, scoresOf, scoresOfChange, scoreText, type Score, type WholeScore } from './boundScores.js'
import { startBackend } from './sharedNetworks.js'
import { pictureFormat, REFERENCE_FORMATS } from './pictureFormat.js'
import { recorded, type Judged, type Verdict } from './recordVerdict.js'
import { prepared, settingsOf, type Settings } from './settings.js'
import { suiteDefaults } from './suiteDefaults.js'
import { claimReference } from './testState.js'
import { placesOf, type Places, type Run } from './testRun.js'

/** The arguments of a comparison. */
export interface Comparison {
  readonly picture: unknown
  readonly reference: unknown
  readonly options: unknown
  readonly isNot: boolean
}

/**
 * Whether the picture looks like the reference.
 *
 * @throws LossException for pictures that cannot be compared: `BadArgument`, `ImageUnreadable`, `SizesDiffer`, `ReferenceMissing`, `TooSmall` and the other ones of `compile`.
 */
export const lookLike = async (run: Run, { picture, reference: first, options: second, isNot }: Comparison): Promise<Verdict> => {
  const [reference, options] = isPlainRecord(first) && second === undefined ? [undefined, first] : [first, second]
  const judging = E.tryCatch(
    () => readOptions(options),
    (error) => error,
  )
  if (E.isLeft(judging)) return withoutPicture(run, { reference, isNot }, judging.left)
  const { bounds, settings } = judging.right
  const [places, source] = [placesOf(run, reference, suiteDefaults().folder), sourceOf(picture, run.folder)]
  return recorded(run, { places, source, isNot }, async () => {
    if (reference === undefined) claimReference(places.reference, run)
    return judge(run, { bounds, settings, places, source: await source, isNot })
  })
}

/** The bounds and settings of a comparison, or else of the suite. */
const readOptions = (options: unknown): { readonly bounds: readonly Bound[]; readonly settings: Settings } => {
  const { settings, bounds } = settingsOf(options)
  const defaults = suiteDefaults()
  return { bounds: boundsOf(bounds ?? defaults.bounds), settings: { ...defaults.settings, ...settings } }
}

/** Records a comparison that was refused, or whose picture could not be made, and throws the error. No picture is kept: none was judged that could be accepted. */
export const withoutPicture = async (run: Run, { reference, isNot }: Pick<Comparison, 'reference' | 'isNot'>, error: unknown): Promise<never> => {
  const fail = async (): Promise<never> => {
    await Promise.resolve()
    throw error
  }
  const source = fail()
  source.catch(() => undefined)
  await recorded(run, { places: placesOf(run, reference, suiteDefaults().folder), source, isNot }, fail)
  throw error
}

/** A comparison, ready. */
interface Prepared {
  readonly bounds: readonly Bound[]
  readonly settings: Settings
  readonly places: Places
  readonly source: Source
  readonly isNot: boolean
}

const judge = async (run: Run, { bounds, settings, places, source, isNot }: Prepared): Promise<Judged> => {
  const exists = await isThere(places.reference)
  const pixels = exists ? await pixelsOf(bounds, places, settings, source) : 'unlike'
  const file = 'file' in source ? source.file : undefined
  if (pixels === 'equal') return passed({ places, file, isNot }, [], 'equal')
  await startBackend()
  const scores = pixels === 'unlike' ? undefined : await scoresOfChange(bounds, pixels)
  if (scores?.every(({ within }) => within) === true) return passed({ places, file, isNot }, scores)
  if (scores !== undefined && isNot) return different(false, scores, () => told('to look like', places, scores.map(scoreLine)))
  const received = await load(source)
  try {
    if (exists) return await compare(run, { bounds, settings, places, received, isNot })
    if (isNot) throw missing(places, 'so there is nothing to differ from')
    if (run.update === 'none') throw missing(places, `and references are not written on CI; run the test locally (${run.updateBy}) and commit the file`)
    if (run.update === 'new' && suiteDefaults().newReferences === 'fail')
      throw missing(places, `and the suite's newReferences is 'fail'; run the test with ${run.updateBy} and commit the file`)
    await checkComparable(bounds, received)
    await keep(run, places.reference, received)
    return written('new', 'wrote the new reference', places)
  } finally {
    received.image.dispose()
  }
}

/** The pixels of two files; tensors, and bounds that equal pictures may exceed, need the losses. */
const pixelsOf = async (bounds: readonly Bound[], { reference }: Places, settings: Settings, source: Source): Promise<PixelComparison> =>
  'file' in source && bounds.every(({ holdsForEqual }) => holdsForEqual) ? comparePixels(reference, source.file, settings) : 'unlike'

/** The verdict on a picture within all bounds. */
const passed = async ({ places, file, isNot }: Matched, scores: readonly Score[], found: 'equal' | 'different' = 'different'): Promise<Judged> => {
  if (!isNot) await removeDifference(places)
  const notes = isNot ? await notesOn(places.reference, file) : []
  const lines = found === 'equal' ? ['  they are equal'] : scores.map(scoreLine)
  return { ...different(true, scores, () => told('not to look like', places, [...lines, ...notes.map(noteLine)])), found }
}

const different = (pass: boolean, scores: readonly Score[], message: () => string, heat = false): Judged => ({
  pass,
  message,
  found: 'different',
  scores,
  heat,
})

const removeDifference = ({ actual, expected, heat }: Places): Promise<unknown> =>
  Promise.all([actual, expected, heat].map((file) => rm(file, { force: true })))

/** A picture that is judged by an existing reference. */
interface Matched {
  readonly places: Places
  /** The picture's file; undefined for tensors. */
  readonly file: Uint8Array | undefined
  readonly isNot: boolean
}

/** A comparison with an existing reference. */
interface Pair extends Omit<Matched, 'file'> {
  readonly bounds: readonly Bound[]
  readonly settings: Settings
  readonly received: Received
}

const compare = async (run: Run, { bounds, settings, places, received, isNot }: Pair): Promise<Judged> => {
  const backgrounds = await backgroundsOf(places.reference, received)
  const [{ reference }] = backgrounds.all
  const pairs = backgrounds.all.map((on) => prepared(settings, on))
  try {
    const sized = pairs.every((pair) => pair.reference.shape.every((side, i) => side === pair.picture.shape[i]))
    const scores = sized ? await scoresOf(bounds, pairs, received.file === undefined) : []
    const pass = sized && scores.every(({ within }) => within)
    if (pass) return await passed({ places, file: received.file, isNot }, scores)
    if (sized && isNot) return different(pass, scores, () => told('not to look like', places, scores.map(scoreLine)))
    if (run.update === 'all' && !isNot) {
      await checkComparable(bounds, received)
      await keep(run, places.reference, received)
      return written('updated', 'updated the reference', places)
    }
    const worst = scores.find(({ within }) => !within)
    const files = isNot ? [] : await showDifference(run, places, { reference, picture: received.image, worst })
    const notes = (await notesOn(places.reference, received.file)).map(noteLine)
    const { image } = received
    if (!sized)
      throw new LossException({
        _tag: 'SizesDiffer',
        picture: image.shape,
        reference: reference.shape,
        path: places.reference,
        files: [...files, ...notes],
        update: run.updateBy,
      })
    const lines = [...scores.map(scoreLine), ...files, ...notes, `\nIf the new picture is right, ${run.updateBy} updates the reference.`]
    return different(false, scores, () => told('to look like', places, lines), worst !== undefined)
  } finally {
    tf.dispose(pairs.flatMap((pair) => [pair.reference, pair.picture]))
    backgrounds.dispose()
  }
}

/** The pictures of a failed comparison. */
interface Difference extends Background {
  /** The score that the heat map shows; undefined for pictures of different sizes, which have none. */
  readonly worst: WholeScore | undefined
}

/** Writes the pictures that show the difference; returns one line for each. */
const showDifference = async (run: Run, places: Places, { reference, picture, worst }: Difference): Promise<readonly string[]> => {
  await mkdir(dirname(places.actual), { recursive: true })
  await writeImage(places.actual, picture)
  await writeImage(places.expected, reference)
  if (worst === undefined) await rm(places.heat, { force: true })
  else await writeHeat(worst, places)
  const shown = [['actual', places.actual], ['expected', places.expected], ...(worst === undefined ? [] : ([['heat map', places.heat]] as const))] as const
  for (const [, file] of shown) await run.attach?.(file)
  return shown.map(([name, file]) => line(name, file))
}

const writeHeat = async (worst: WholeScore, places: Places): Promise<void> => {
  const heat = await heatOf(worst)
  const image = heatmapToImage(heat)
  await writeImage(places.heat, image)
  tf.dispose([heat, image])
}

/** Saves the picture as the reference: the original file if its format matches the name, otherwise converted. */
const keep = async (run: Run, path: string, { image, file }: Received): Promise<void> => {
  claimReference(path, run)
  await mkdir(dirname(path), { recursive: true })
  if (file !== undefined && pictureFormat(file) === REFERENCE_FORMATS[extname(path).toLowerCase()]) await replacePicture(path, file)
  else await writeImage(path, image)
}

const written = (found: 'new' | 'updated', what: string, { reference }: Places): Judged => {
  process.stderr.write(`toLookLike ${what} ${reference}\n`)
  return { pass: true, message: () => `toLookLike ${what} ${reference}`, found, scores: [], heat: false }
}

const told = (wish: string, { reference }: Places, lines: readonly string[]): string => [`expected the picture ${wish} ${reference}:`, ...lines].join('\n')

const scoreLine = ({ bound, score, within }: Score): string => {
  const text = scoreText(bound, score)
  return line(bound.name, `${text.score}, ${text.bound}${within ? '' : ': too far'}`)
}

const noteLine = (note: string): string => `  ${note}`

const line = (name: string, text: string): string => `  ${name.padEnd(9)} ${text}`

const missing = ({ reference }: Places, reason: string): LossException => new LossException({ _tag: 'ReferenceMissing', path: reference, reason })

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
