/** The features of a picture as a line of JSON: a result of `worker --features`. */
import { either as E } from 'fp-ts'
import { bytesOf, toBase64 } from '../../distributions/statistics/binary.js'
import { rowNames } from '../../distributions/batchFeatures.js'
import { statisticsOfRows, type FeatureStatistics } from '../../distributions/statistics/featureStatistics.js'
import type { LossError } from '../../index.js'

/** What the features are of. */
interface About {
  readonly id: string
  readonly picture: string
  readonly of: string
}

/** A line. */
export interface FeatureLine extends About {
  /** How many numbers a feature has. */
  readonly dimension: number
  /** One feature, or one for each position: base64 of float32. */
  readonly features: string
}

/** The line of a picture's features. */
export const lineOfFeatures = (about: About, rows: readonly Float32Array[]): FeatureLine => {
  const dimension = rows[0]?.length ?? 0
  const all = new Float32Array(rows.length * dimension)
  rows.forEach((row, i) => {
    all.set(row, i * dimension)
  })
  return { ...about, dimension, features: toBase64(all) }
}

/** The features of a line, named as `distance` names them. */
export interface ReadFeatures {
  readonly id: string
  readonly of: string
  readonly rows: readonly Float32Array[]
  readonly names: readonly string[]
}

/** The features of a line; undefined for JSON of another kind, a Left for one that is damaged. */
export const featuresOfLine = (json: unknown): E.Either<LossError, ReadFeatures> | undefined => {
  if (typeof json !== 'object' || json === null || !('features' in json)) return undefined
  const { id, of, dimension, features } = json as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' || typeof of !== 'string') return E.left(bad('id and of', 'other values', 'text'))
  const bytes = typeof features === 'string' ? bytesOf(features) : undefined
  if (bytes === undefined || !Number.isSafeInteger(dimension) || Number(dimension) < 1 || bytes.length === 0 || bytes.length % (4 * Number(dimension)) !== 0)
    return E.left(bad('features', `those of ${id}`, 'base64 of float32, as many as the dimension or a multiple'))
  const numbers = new Float32Array(bytes.buffer)
  const [count, each] = [numbers.length / Number(dimension), Number(dimension)]
  return E.right({ id, of, rows: Array.from({ length: count }, (_, i) => numbers.slice(i * each, (i + 1) * each)), names: rowNames([id], count) })
}

const bad = (field: string, received: string, expected: string): LossError => ({ _tag: 'BadArgument', name: `The features' ${field}`, received, expected })

/** Their statistics. */
export const statisticsOfLines = (lines: readonly ReadFeatures[], sample: number): FeatureStatistics =>
  statisticsOfRows(
    lines.flatMap(({ rows }) => rows),
    lines.flatMap(({ names }) => names),
    { of: lines[0]?.of ?? '', sample },
  )
