/**
 * A sample of features that does not depend on their order: those whose names have the smallest hashes.
 *
 * Laws: a commutative monoid, to the bit. Features of equal names are ordered by their numbers.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { monoid as M } from 'fp-ts'

/** One feature of the sample. */
export interface SampledFeature {
  /** The first 16 digits of the SHA-256 of its name. */
  readonly key: string
  readonly values: Float32Array
}

/** At most `limit` features, in the order of their keys. */
export interface FeatureSample {
  /** Infinity for the empty sample. */
  readonly limit: number
  readonly features: readonly SampledFeature[]
}

const DIGITS = 16

/** The key of a name. */
export const keyOf = (name: string): string =>
  Array.from(sha256(new TextEncoder().encode(name)).subarray(0, DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Whether a text may be a key. */
export const isKey = (text: string): boolean => /^[0-9a-f]{16}$/.test(text)

/** Features of these names as a sample. */
export const sampleOf = (rows: readonly Float32Array[], names: readonly string[], limit: number): FeatureSample => ({
  limit,
  features: rows
    .map((values, i) => ({ key: keyOf(names[i] ?? ''), values }))
    .sort(order)
    .slice(0, limit),
})

export const sampleMonoid: M.Monoid<FeatureSample> = {
  concat: (a, b) => {
    const limit = Math.min(a.limit, b.limit)
    return { limit, features: merged(a.features, b.features, limit) }
  },
  empty: { limit: Infinity, features: [] },
}

/** The first of two ordered lists. */
const merged = (a: readonly SampledFeature[], b: readonly SampledFeature[], limit: number): readonly SampledFeature[] => {
  const all: SampledFeature[] = []
  let [i, j] = [0, 0]
  while (all.length < limit) {
    const [left, right] = [a[i], b[j]]
    const next = right === undefined || (left !== undefined && order(left, right) <= 0) ? left : right
    if (next === undefined) break
    if (next === left) i++
    else j++
    all.push(next)
  }
  return all
}

const order = (a: SampledFeature, b: SampledFeature): number => {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  for (let i = 0; i < a.values.length; i++) {
    const difference = (a.values[i] ?? 0) - (b.values[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
