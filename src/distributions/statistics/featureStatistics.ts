/**
 * Statistics of the features of many pictures: their number, exact sums for mean and covariance, and a bounded sample.
 *
 * Laws: a commutative monoid, to the bit. concat(a, concat(b, c)) = concat(concat(a, b), c); concat(a, b) = concat(b, a); concat(a, empty) = a. So the result does not depend on how
 * pictures were distributed over batches, workers and files, nor on their order. Their size depends on the dimension and the sample's limit, and not on the number of pictures.
 */
import type { monoid as M } from 'fp-ts'
import { aListOf, accepted, aRecordOf, aText, checkArgument } from '../../core/arguments/guards.js'
import { checkOptions, type Accepted, type AcceptedOptions } from '../../core/arguments/checkOptions.js'
import { LossException } from '../../core/errors/lossException.js'
import { addSums, LARGEST, LARGEST_SUM, sumsOfRows, zeroSums, type ExactSums } from './exactSums.js'
import { sampleMonoid, sampleOf, type FeatureSample } from './featureSample.js'

/** Statistics of features. */
export interface FeatureStatistics {
  /** The network and the layer, such as `vgg16: featureAt('block5_conv3'), averaged over positions`. Only statistics of the same can be added and compared. */
  readonly of: string
  /** How many features: one for each picture, or one for each position. */
  readonly count: number
  /** How many numbers a feature has; 0 for the empty statistics. */
  readonly dimension: number
  /** The exact sum of the features. */
  readonly sum: ExactSums
  /** The exact sums of the products of any two of their numbers: the upper triangle, row by row. */
  readonly products: ExactSums
  /** For `kernelDistance` and `precisionRecall`, which need the features themselves. */
  readonly sample: FeatureSample
}

/** Options of `statisticsOf`. */
export interface StatisticsOptions {
  /** What the features are: a network and a layer. Only statistics of the same can be added and compared. */
  readonly of: string
  /** How many features the sample holds at most; default 2000. */
  readonly sample?: number
}

/** The default size of the sample. */
export const SAMPLE = 2000

/** More take gigabytes of distances. */
const LARGEST_SAMPLE = 5000

/** Their covariance takes 128 MiB, and its eigenvalues 10^11 operations. */
export const LARGEST_DIMENSION = 4096

export const aSampleSize: Accepted = {
  name: `a whole number from 0 to ${LARGEST_SAMPLE.toLocaleString('en')}`,
  is: (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_SAMPLE,
}

const aVector = (value: unknown): boolean => value instanceof Float32Array || (Array.isArray(value) && value.every((number) => typeof number === 'number'))

const VECTORS = accepted('a list of features, each a Float32Array or a list of numbers', (value) => Array.isArray(value) && value.every(aVector))
export const NAMES = aListOf(aText, "a list of the pictures' names, such as ['a.png']")
const OPTIONS: AcceptedOptions = { of: aText, sample: aSampleSize }

/** Accepts statistics. */
export const someStatistics = aRecordOf(
  'feature statistics: the result of statisticsOf, measureFeatures or decodeStatistics',
  'of',
  'count',
  'sum',
  'products',
  'sample',
)

/**
 * Returns the statistics of features: one list of numbers for each picture, and the names of the pictures.
 *
 * Numbers are float32, at most 2^20 in size, and are rounded to multiples of 2^-24 in the sums. Names choose the sample, by their hashes.
 *
 * @throws LossException `BadArgument` for features of different lengths, or too large; `NotFinite` for NaN and infinite numbers; `BadOptions`.
 * @example statisticsOf([[0.1, 0.9], [0.3, 0.7]], ['a.png', 'b.png'], { of: 'my network: pool' })
 */
export const statisticsOf = (
  features: readonly (Float32Array | readonly number[])[],
  names: readonly string[],
  options: StatisticsOptions,
): FeatureStatistics => {
  checkArgument('The features', features, VECTORS)
  checkArgument('The names', names, NAMES)
  checkOptions('statisticsOf', options, OPTIONS)
  checkArgument('The option of of statisticsOf', (options as StatisticsOptions | undefined)?.of, aText)
  return statisticsOfRows(
    features.map((row) => Float32Array.from(row, (x) => x + 0)),
    names,
    options,
  )
}

/** The same for rows that are the statistics' own. */
export const statisticsOfRows = (rows: readonly Float32Array[], names: readonly string[], { of, sample = SAMPLE }: StatisticsOptions): FeatureStatistics => {
  const dimension = rows[0]?.length ?? 0
  checkRows(rows, names, dimension)
  if (rows.length === 0) return statisticsMonoid.empty
  return checkSums({ of, count: rows.length, dimension, ...sumsOfRows(rows, dimension), sample: sampleOf(rows, names, sample) })
}

const bad = (name: string, received: string, expected: string): LossException => new LossException({ _tag: 'BadArgument', name, received, expected })

const checkRows = (rows: readonly Float32Array[], names: readonly string[], dimension: number): void => {
  if (names.length !== rows.length) throw bad('The names', `${String(names.length)} names for ${String(rows.length)} features`, 'one name for each feature')
  const odd = rows.find(({ length }) => length !== dimension)
  if (odd !== undefined) throw bad('The features', `lists of ${String(dimension)} and of ${String(odd.length)} numbers`, 'features of one length')
  if (rows.length > 0 && (dimension === 0 || dimension > LARGEST_DIMENSION))
    throw bad(
      'The features',
      `features of ${dimension.toLocaleString('en')} numbers`,
      `1 to ${LARGEST_DIMENSION.toLocaleString('en')}: average them over positions, or take another layer`,
    )
  for (const [i, row] of rows.entries()) {
    const wild = row.reduce((count, x) => (Number.isFinite(x) ? count : count + 1), 0)
    if (wild > 0) throw new LossException({ _tag: 'NotFinite', name: `The feature of ${names[i] ?? ''}`, count: wild, size: dimension })
    const large = row.find((x) => Math.abs(x) > LARGEST)
    if (large !== undefined)
      throw bad(`The feature of ${names[i] ?? ''}`, `the number ${String(large)}`, 'numbers of at most 1,048,576 in size: scale the features down')
  }
}

/** Throws where a sum would not be exact any more. The squares are the largest. */
const checkSums = (statistics: FeatureStatistics): FeatureStatistics => {
  const { dimension, products } = statistics
  for (let i = 0, at = 0; i < dimension; at += dimension - i++)
    if ((products.whole[at] ?? 0) > LARGEST_SUM) throw bad('The features', 'a sum of squares above 2^51', 'fewer or smaller features: scale them down')
  return statistics
}

/**
 * Adds statistics; `empty` is that of no picture.
 *
 * @throws LossException `BadArgument` for statistics of different networks, layers or dimensions.
 * @example const whole = parts.reduce(statisticsMonoid.concat, statisticsMonoid.empty)
 */
export const statisticsMonoid: M.Monoid<FeatureStatistics> = {
  concat: (a, b) => {
    checkArgument('The first statistics of concat', a, someStatistics)
    checkArgument('The second statistics of concat', b, someStatistics)
    if (b.count === 0) return a
    if (a.count === 0) return b
    checkAlike(a, b)
    return checkSums({
      of: a.of,
      count: a.count + b.count,
      dimension: a.dimension,
      sum: addSums(a.sum, b.sum),
      products: addSums(a.products, b.products),
      sample: sampleMonoid.concat(a.sample, b.sample),
    })
  },
  empty: { of: '', count: 0, dimension: 0, sum: zeroSums(0), products: zeroSums(0), sample: sampleMonoid.empty },
}

/** Throws for statistics of different features. */
export const checkAlike = (a: FeatureStatistics, b: FeatureStatistics): void => {
  if (a.of !== b.of) throw bad('The statistics', `'${a.of}' and '${b.of}'`, 'two of the same network, layer and size')
  if (a.dimension !== b.dimension)
    throw bad('The statistics', `features of ${String(a.dimension)} and of ${String(b.dimension)} numbers`, 'two of the same network and layer')
}
