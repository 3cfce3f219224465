/** Decodes statistics from JSON; a Left says what was received and what was expected. */
import { either as E } from 'fp-ts'
import { isPlainRecord } from '../../core/arguments/checkOptions.js'
import { formatValue } from '../../core/errors/formatValue.js'
import type { LossError } from '../../core/errors/lossError.js'
import { getOrThrow } from '../../core/errors/lossException.js'
import { bytesOf } from './binary.js'
import { triangle, type ExactSums } from './exactSums.js'
import { isKey, type FeatureSample, type SampledFeature } from './featureSample.js'
import { aSampleSize, LARGEST_DIMENSION, statisticsMonoid, type FeatureStatistics } from './featureStatistics.js'

/**
 * Decodes statistics from JSON; a Left, `BadArgument`, says what was received and what was expected.
 *
 * @example pipe(tryDecodeStatistics(JSON.parse(text)), E.match(describeError, ({ count }) => `${count} features`))
 */
export const tryDecodeStatistics = (json: unknown): E.Either<LossError, FeatureStatistics> => {
  try {
    return E.right(decoded(json))
  } catch (error) {
    if (error instanceof Unfit) return E.left(error.problem)
    throw error
  }
}

/**
 * Decodes statistics from JSON.
 *
 * @throws LossException where `tryDecodeStatistics` returns a Left.
 * @example decodeStatistics(JSON.parse(text)).count
 */
export const decodeStatistics = (json: unknown): FeatureStatistics => getOrThrow(tryDecodeStatistics(json))

/** Ends the decoding. */
class Unfit extends Error {
  readonly problem: LossError

  constructor(path: string, received: unknown, expected: string) {
    super(path)
    this.problem = { _tag: 'BadArgument', name: `The statistics${path}`, received: received === undefined ? 'nothing' : formatValue(received), expected }
  }
}

const decoded = (json: unknown): FeatureStatistics => {
  const { version, of, count, dimension, ...parts } = recordAt('', json, 'the JSON of encodeStatistics')
  if (version !== 1) throw new Unfit('.version', version, '1')
  if (typeof of !== 'string') throw new Unfit('.of', of, 'text')
  if (!isCount(count, Number.MAX_SAFE_INTEGER)) throw new Unfit('.count', count, 'a whole number, 0 or more')
  if (!isCount(dimension, LARGEST_DIMENSION) || count > 0 !== dimension > 0)
    throw new Unfit('.dimension', dimension, count === 0 ? '0 for no features' : `a whole number from 1 to ${String(LARGEST_DIMENSION)}`)
  const sum = sumsAt('.sum', parts['sum'], dimension)
  const products = sumsAt('.products', parts['products'], triangle(dimension))
  const sample = sampleAt(parts['sample'], count, dimension)
  return count === 0 ? statisticsMonoid.empty : { of, count, dimension, sum, products, sample }
}

const isCount = (value: unknown, most: number): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most

const recordAt = (path: string, value: unknown, expected: string): Readonly<Record<string, unknown>> => {
  if (!isPlainRecord(value)) throw new Unfit(path, value, expected)
  return value
}

const sumsAt = (path: string, value: unknown, length: number): ExactSums => {
  const { whole, fraction } = recordAt(path, value, 'an object with whole and fraction')
  const sums = { whole: doublesAt(`${path}.whole`, whole, length), fraction: doublesAt(`${path}.fraction`, fraction, length) }
  const wrong = sums.whole.findIndex((number, i) => !Number.isSafeInteger(number) || !isFraction(sums.fraction[i] ?? 0))
  if (wrong >= 0) throw new Unfit(path, `${String(sums.whole[wrong])} and ${String(sums.fraction[wrong])}`, 'whole numbers, and multiples of 2^-48 from 0 to 1')
  return sums
}

const isFraction = (x: number): boolean => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 48)

const doublesAt = (path: string, value: unknown, length: number): Float64Array => new Float64Array(numbersAt(path, value, 8 * length))

const numbersAt = (path: string, value: unknown, size: number): ArrayBuffer => {
  const bytes = typeof value === 'string' && value.length <= 4 * Math.ceil(size / 3) ? bytesOf(value) : undefined
  if (bytes?.length !== size) throw new Unfit(path, value, `base64 of ${String(size)} bytes`)
  return bytes.buffer
}

const sampleAt = (json: unknown, count: number, dimension: number): FeatureSample => {
  const { limit, keys, values } = recordAt('.sample', json, 'an object with limit, keys and values')
  const most = limit === null && count === 0 ? 0 : limit
  if (!aSampleSize.is(most)) throw new Unfit('.sample.limit', limit, aSampleSize.name)
  const expected = Math.min(most as number, count)
  if (!isKeys(keys) || keys.length !== expected || keys.some((key, i) => key < (keys[i - 1] ?? '')))
    throw new Unfit('.sample.keys', keys, `${String(expected)} hashes of 16 hexadecimal digits, the smallest first`)
  const numbers = new Float32Array(numbersAt('.sample.values', values, 4 * keys.length * dimension))
  const wild = numbers.find((number) => !Number.isFinite(number))
  if (wild !== undefined) throw new Unfit('.sample.values', wild, 'finite numbers')
  const features = keys.map((key, i): SampledFeature => ({ key, values: numbers.slice(i * dimension, (i + 1) * dimension) }))
  return { limit: most as number, features }
}

const isKeys = (keys: unknown): keys is readonly string[] => Array.isArray(keys) && keys.every((key) => typeof key === 'string' && isKey(key))
