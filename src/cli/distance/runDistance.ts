/** The distances between two sets of pictures: folders, globs, or statistics that were saved. */
import { extname } from 'node:path'
import { frechet, kernelDistance, precisionRecall, type FeatureStatistics } from '../../distributions/index.js'
import { loadSharp } from '../../node/sharp.js'
import { shownWhile } from '../activity.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { UsageError } from '../usageError.js'
import { distanceText, type Distances } from './distanceText.js'
import { measuring, type FeatureChoice, type Measuring } from './featureNetwork.js'
import { measureSet, type MeasuredSet } from './measureSet.js'
import { readStatistics, writeStatistics } from './statisticsFile.js'

/** The arguments of the command. */
export interface Asked extends FeatureChoice {
  readonly reference: string
  readonly pictures: string | undefined
  /** The file to write the statistics of one set to. */
  readonly save: string | undefined
  /** How many features the samples of statistics hold at most. */
  readonly sample: number
  readonly kernel: { readonly subsets: number; readonly subsetSize: number | undefined; readonly seed: number }
  readonly neighbours: number
  readonly json: boolean
}

const isFile = (said: string): boolean => extname(said).toLowerCase() === '.json'

/** Measures what is not measured, and saves or compares it. */
export const distance = async (asked: Asked, output: Output): Promise<void> => {
  const { reference, pictures, save } = asked
  if (pictures === undefined) {
    if (save === undefined) throw new UsageError(`received only ${reference}, expected two sets of pictures, or --save FILE to save the statistics of one.`)
    return saved(asked, save, output)
  }
  if (save !== undefined) throw new UsageError('received two sets and --save, expected one set with --save: its statistics are a set of later calls.')
  const ready = isFile(reference) && isFile(pictures) ? undefined : await loaded(asked, output)
  // Files are read first: what does not fit them is found before all pictures are measured.
  const [knownFirst, knownSecond] = [await known(reference), await known(pictures)]
  const first = knownFirst ?? (await measured(reference, asked, ready, knownSecond && [pictures, knownSecond.statistics], output))
  const second = knownSecond ?? (await measured(pictures, asked, ready, [reference, first.statistics], output))
  for (const [said, { statistics }] of [[reference, first], [pictures, second]] as const) checkCount(said, statistics) // prettier-ignore
  checkAlike([reference, first.statistics.of], [pictures, second.statistics.of])
  const found = await shownWhile(output, async (say) => {
    say('comparing the sets')
    return Promise.resolve(distancesOf(first.statistics, second.statistics, asked))
  })
  const notes = [...(ready?.note === undefined ? [] : [ready.note]), ...notesOf([reference, first], [pictures, second], asked)]
  for (const note of notes) output.err(`perceptual-loss: ${note}`)
  output.out(asked.json ? printable(JSON.stringify({ ...found, notes })) : distanceText(found, output))
}

const saved = async (asked: Asked, file: string, output: Output): Promise<void> => {
  if (isFile(asked.reference)) throw new UsageError(`received the statistics ${asked.reference} and --save, expected a folder or glob of pictures.`)
  const ready = await loaded(asked, output)
  const set = await measured(asked.reference, asked, ready, undefined, output)
  await writeStatistics(file, set.statistics)
  for (const note of ofFiles(set)) output.err(`perceptual-loss: ${note}`)
  const { count, dimension, of } = set.statistics
  output.out(
    asked.json
      ? printable(JSON.stringify({ file, count, dimension, of }))
      : printable(`${file}: ${String(count)} features of ${String(dimension)} numbers; ${of}`),
  )
}

const loaded = (asked: Asked, output: Output): Promise<Measuring> =>
  shownWhile(output, async (say) => {
    say('loading the network')
    await loadSharp()
    return measuring(asked)
  })

/** The statistics of a file; undefined for pictures. */
const known = async (said: string): Promise<MeasuredSet | undefined> =>
  isFile(said) ? { statistics: await readStatistics(said), sizes: new Set(), surprises: [] } : undefined

/** The statistics of pictures; where the features are not those of `other`, nothing is measured. */
const measured = (said: string, { size, sample }: Asked, ready: Measuring | undefined, other: Said | undefined, output: Output): Promise<MeasuredSet> => {
  if (ready === undefined) throw new UsageError(`received '${said}', expected pictures.`)
  if (other !== undefined) checkAlike([other[0], other[1].of], [said, ready.of])
  return measureSet(said, ready, { size, sample }, output)
}

type Said = readonly [said: string, statistics: FeatureStatistics]

type Of = readonly [said: string, of: string]

const checkAlike = ([first, a]: Of, [second, b]: Of): void => {
  if (a === b) return
  throw new UsageError(
    `the sets have different features: ${first} has '${a}' and ${second} '${b}'. Measure both with the same network, --layer, --positions and --size.`,
  )
}

const checkCount = (said: string, { count }: FeatureStatistics): void => {
  if (count < 2)
    throw new UsageError(`${said}: received ${count === 0 ? 'no picture' : 'one picture'}, expected two at least (and thousands for a meaningful distance).`)
}

const distancesOf = (first: FeatureStatistics, second: FeatureStatistics, { kernel, neighbours }: Asked): Distances => {
  const smaller = Math.min(first.sample.features.length, second.sample.features.length)
  const subsetSize = kernel.subsetSize ?? Math.min(1000, smaller)
  const used = { subsets: kernel.subsets, subsetSize, seed: kernel.seed }
  return {
    frechet: frechet(first, second),
    kernelDistance: kernel.subsetSize === undefined && smaller < 2 ? null : { ...kernelDistance(first, second, used), ...used },
    ...(smaller > neighbours ? precisionRecall(first, second, { neighbours }) : { precision: null, recall: null }),
    of: first.of,
    dimension: first.dimension,
    counts: [first.count, second.count],
  }
}

type SaidSet = readonly [said: string, set: MeasuredSet]

const notesOf = (first: SaidSet, second: SaidSet, { neighbours }: Asked): readonly string[] => {
  const sets = [first, second]
  const few = sets.flatMap(([said, { statistics }]) =>
    statistics.count > statistics.dimension
      ? []
      : [
          `${said} has ${String(statistics.count)} features of ${String(statistics.dimension)} numbers: the covariance does not have full rank, and the Fréchet distance is too large.`,
        ],
  )
  const small = sets.some(([, { statistics }]) => statistics.sample.features.length <= neighbours)
  return [
    ...few,
    ...(small ? [`Precision and recall need samples of more than ${String(neighbours)} features.`] : []),
    ...(new Set(sets.flatMap(([, { sizes }]) => [...sizes])).size > 1
      ? ['The pictures differ in size; --size 256 resizes all to one, which makes distances comparable.']
      : []),
    ...sets.flatMap(([, set]) => ofFiles(set)),
  ]
}

/** How many warnings about files are shown. */
const SHOWN = 3

const ofFiles = ({ surprises }: MeasuredSet): readonly string[] => [
  ...surprises.slice(0, SHOWN),
  ...(surprises.length > SHOWN ? [`${String(surprises.length - SHOWN)} more warnings of this kind.`] : []),
]
