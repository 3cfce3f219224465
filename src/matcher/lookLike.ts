/**
 * Compares a test's picture with its reference in a file, as image snapshots do.
 *
 * A reference that is missing is written, except on CI; one that no longer holds is replaced where the runner was told to update. A picture that is too far is written
 * beside the test with the reference and a heat map, and the message names them; they go when the comparison holds again.
 */
import { access, mkdir, rm } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Tensor4D } from '@tensorflow/tfjs'
import { compile, LossException, type CompiledLoss, type Loss, type Target } from '../index.js'
import { heatmapToImage, writeImage } from '../node/index.js'
import { replacePicture } from '../node/replaceFile.js'
import { backgroundsOf, type Background } from './backgrounds.js'
import { boundsOf, holds, type Bound } from './bounds.js'
import { startBackend } from './sharedNetworks.js'
import { receive, type Received } from './received.js'
import { placesOf, type Places, type Run } from './testRun.js'

/** What a matcher gives its runner. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** What a test compares. */
export interface Comparison {
  readonly picture: unknown
  readonly reference: unknown
  readonly options: unknown
  readonly isNot: boolean
}

/**
 * Whether the picture looks like the reference.
 *
 * @throws LossException for what cannot be compared: `BadArgument`, `ImageUnreadable`, `SizesDiffer`, `ReferenceMissing`, `TooSmall` and the other ones of `compile`.
 */
export const lookLike = async (run: Run, { picture, reference, options, isNot }: Comparison): Promise<Verdict> => {
  const [bounds, places] = [boundsOf(options), placesOf(run, reference)]
  await startBackend()
  const received = await receive(picture, run.folder)
  try {
    if (await isThere(places.reference)) return await compare(run, { bounds, places, received, isNot })
    if (isNot) throw missing(places, 'and there is nothing that the picture could differ from')
    if (run.update === 'none') throw missing(places, `and none is written on CI; write it by a run elsewhere (${run.updateBy}) and commit it`)
    // What cannot be compared is no reference, either.
    await measured(bounds, [itself(received)])
    await keep(places.reference, received)
    return written('wrote the new reference', places)
  } finally {
    received.image.dispose()
  }
}

/** A comparison with a reference that is there. */
interface Pair {
  readonly bounds: readonly Bound[]
  readonly places: Places
  readonly received: Received
  readonly isNot: boolean
}

const compare = async (run: Run, { bounds, places, received, isNot }: Pair): Promise<Verdict> => {
  const backgrounds = await backgroundsOf(places.reference, received)
  const [{ reference }] = backgrounds.all
  try {
    const sized = reference.shape.every((side, i) => side === received.image.shape[i])
    const scores = sized ? await measured(bounds, backgrounds.all) : []
    const pass = sized && scores.every(({ within }) => within)
    if (pass && !isNot) await Promise.all([places.actual, places.expected, places.heat].map((file) => rm(file, { force: true })))
    if (pass || (sized && isNot)) return { pass, message: () => told('not to look like', places, scores) }
    if (run.update === 'all' && !isNot) {
      await measured(bounds, [itself(received)])
      await keep(places.reference, received)
      return written('updated the reference', places)
    }
    const worst = scores.find(({ within }) => !within)
    const files = isNot ? [] : await showDifference(run, places, { ...(worst?.on ?? backgrounds.all[0]), worst: worst?.bound })
    const { image } = received
    if (!sized)
      throw new LossException({ _tag: 'SizesDiffer', picture: image.shape, reference: reference.shape, path: places.reference, files, update: run.updateBy })
    return {
      pass: false,
      message: () => told('to look like', places, scores, [...files, `\nWhere the new look is right, ${run.updateBy} updates the reference.`]),
    }
  } finally {
    backgrounds.dispose()
  }
}

/** A bound, and what came. */
interface Score {
  readonly bound: Bound
  readonly score: number
  readonly within: boolean
  /** Where it was measured: the background on which the pictures differ most. */
  readonly on: Background
}

const compiledFor = async ({ loss, extractor }: Bound): Promise<CompiledLoss> => {
  const network = await extractor()
  // Where a loss asks for layers and came without a network, compile says so.
  return network === undefined ? compile(loss as Loss<never, Target>, { checked: true }) : compile(loss, network, { checked: true })
}

/** A picture and itself: what cannot be compared with itself cannot be compared. */
const itself = ({ image }: Received): Background => ({ reference: image, picture: image })

const measured = async (bounds: readonly Bound[], backgrounds: readonly Background[]): Promise<readonly Score[]> => {
  const scores: Score[] = []
  for (const bound of bounds) {
    const compiled = await compiledFor(bound)
    const values = await Promise.all(backgrounds.map((on) => distanceOf(compiled, on)))
    compiled.dispose()
    const most = values.reduce((a, b) => (b.distance > a.distance ? b : a))
    const score = bound.score(most.distance)
    scores.push({ bound, score, within: holds(bound, score), on: most.on })
  }
  return scores
}

const distanceOf = async (compiled: CompiledLoss, on: Background): Promise<{ readonly distance: number; readonly on: Background }> => {
  const value = compiled(on.reference, on.picture)
  const [distance = Number.NaN] = await value.data()
  value.dispose()
  return { distance, on }
}

/** What a failed comparison shows. */
interface Difference extends Background {
  /** Whose heat is shown; undefined for pictures that have none, as they differ in size. */
  readonly worst: Bound | undefined
}

/** Writes the pictures that show the difference; gives a line for each. */
const showDifference = async (run: Run, places: Places, { reference, picture, worst }: Difference): Promise<readonly string[]> => {
  await mkdir(dirname(places.actual), { recursive: true })
  await writeImage(places.actual, picture)
  await writeImage(places.expected, reference)
  if (worst === undefined) await rm(places.heat, { force: true })
  else await writeHeat(worst, places, reference, picture)
  const shown = [['actual', places.actual], ['expected', places.expected], ...(worst === undefined ? [] : ([['heat map', places.heat]] as const))] as const
  for (const [, file] of shown) await run.attach?.(file)
  return shown.map(([name, file]) => line(name, file))
}

const writeHeat = async (bound: Bound, places: Places, reference: Tensor4D, picture: Tensor4D): Promise<void> => {
  const compiled = await compiledFor(bound)
  const heat = compiled.heatmap(reference, picture)
  const image = heatmapToImage(heat)
  await writeImage(places.heat, image)
  heat.dispose()
  image.dispose()
  compiled.dispose()
}

/** What sharp calls the formats that a file's name can ask for. */
const FORMATS: Readonly<Record<string, string>> = { '.png': 'png', '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp' }

/** Makes the picture the reference: its file as it came where the format is the one of the name, or written in that format. */
const keep = async (path: string, { image, file }: Received): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  if (file !== undefined && formatOf(file) === FORMATS[extname(path).toLowerCase()]) await replacePicture(path, file)
  else await writeImage(path, image)
}

/** By the first bytes of the file. */
const formatOf = (file: Uint8Array): string => {
  const start = Buffer.from(file.subarray(0, 12)).toString('latin1')
  return start.startsWith('\x89PNG')
    ? 'png'
    : start.startsWith('\xff\xd8\xff')
      ? 'jpeg'
      : start.startsWith('RIFF') && start.endsWith('WEBP')
        ? 'webp'
        : 'another'
}

const written = (what: string, { reference }: Places): Verdict => {
  process.stderr.write(`toLookLike ${what} ${reference}\n`)
  return { pass: true, message: () => `toLookLike ${what} ${reference}` }
}

const told = (wish: string, { reference }: Places, scores: readonly Score[], more: readonly string[] = []): string =>
  [`expected the picture ${wish} ${reference}:`, ...scores.map(scoreLine), ...more].join('\n')

const scoreLine = ({ bound: { name, unit, side, limit }, score, within }: Score): string =>
  line(name, `${String(Number(score.toPrecision(4)))}${unit}, ${side} ${String(limit)}${unit}${within ? '' : ': too far'}`)

const line = (name: string, text: string): string => `  ${name.padEnd(9)} ${text}`

const missing = ({ reference }: Places, reason: string): LossException => new LossException({ _tag: 'ReferenceMissing', path: reference, reason })

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
