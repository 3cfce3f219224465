import { checkOptions, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import { count, positiveInteger } from '../core/arguments/codecs.js'
import { rowProducts, type Matrix } from './linearAlgebra/rowProducts.js'
import { randomNumbers } from './randomNumbers.js'
import { samplesOf } from './sampledFeatures.js'
import type { FeatureStatistics } from './statistics/featureStatistics.js'

/** Options of `kernelDistance`. */
export interface KernelDistanceOptions {
  /** How many random subsets are compared; default 100. */
  readonly subsets?: number
  /** How many features of each set a subset has; default 1000, or all where a sample has fewer. */
  readonly subsetSize?: number
  /** The seed of the subsets; default 1. */
  readonly seed?: number
}

/** A kernel distance. */
export interface KernelDistance {
  /** The mean over the subsets; it may be below 0. */
  readonly mean: number
  /** The standard deviation over the subsets (numpy.std). */
  readonly deviation: number
}

const OPTIONS: AcceptedOptions = { subsets: count(10_000), subsetSize: count(5000), seed: positiveInteger }

/**
 * Returns the kernel distance between two sets of features: the unbiased estimate of the squared maximum mean discrepancy with the kernel (x y / dimension + 1)^3.
 *
 * With features of the pool3 layer of InceptionV3 it is KID. Unlike `frechet` it has no bias for few pictures. It is computed from the samples of both statistics, over random subsets,
 * as torchmetrics does; equal seeds give equal subsets.
 *
 * Source: Bińkowski et al., "Demystifying MMD GANs", 2018.
 *
 * @throws LossException `BadArgument` for statistics of different networks or layers, or samples smaller than the subsets; `BadOptions`.
 * @example kernelDistance(real, generated).mean
 */
export const kernelDistance = (first: FeatureStatistics, second: FeatureStatistics, options: KernelDistanceOptions = {}): KernelDistance => {
  checkOptions('kernelDistance', options, OPTIONS)
  const { subsets = 100, seed = 1 } = options
  const [a, b] = samplesOf('kernelDistance', first, second, Math.max(2, options.subsetSize ?? 2))
  const size = options.subsetSize ?? Math.min(1000, a.rows, b.rows)
  const kernels = { aa: kernel(a, a), bb: kernel(b, b), ab: kernel(a, b) }
  const random = randomNumbers(seed)
  const values = Array.from({ length: subsets }, () => discrepancy(kernels, subsetOf(a.rows, size, random), subsetOf(b.rows, size, random)))
  const mean = values.reduce((sum, value) => sum + value, 0) / subsets
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets) }
}

interface Kernels {
  readonly aa: Matrix
  readonly bb: Matrix
  readonly ab: Matrix
}

const kernel = (a: Matrix, b: Matrix): Matrix => {
  const products = rowProducts(a, b)
  return { ...products, values: products.values.map((x) => cube(x / a.columns + 1)) }
}

const cube = (x: number): number => x * x * x

/** The estimate of one subset of each: the diagonals, of each feature with itself, are left out. */
const discrepancy = ({ aa, bb, ab }: Kernels, ofA: Int32Array, ofB: Int32Array): number => {
  const size = ofA.length
  const inside = sumOver(aa, ofA, ofA) - diagonal(aa, ofA) + sumOver(bb, ofB, ofB) - diagonal(bb, ofB)
  return inside / (size * (size - 1)) - (2 * sumOver(ab, ofA, ofB)) / size ** 2
}

const sumOver = ({ columns, values }: Matrix, rows: Int32Array, across: Int32Array): number => {
  let sum = 0
  for (const row of rows) {
    const from = row * columns
    for (const column of across) sum += values[from + column] ?? 0
  }
  return sum
}

const diagonal = ({ columns, values }: Matrix, rows: Int32Array): number => rows.reduce((sum, row) => sum + (values[row * columns + row] ?? 0), 0)

/** Random numbers from 0 to n - 1, each once, the smallest first: the first of a shuffle (Fisher and Yates). */
const subsetOf = (n: number, size: number, random: () => number): Int32Array => {
  const all = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (n - i))
    const chosen = all[j] ?? 0
    all[j] = all[i] ?? 0
    all[i] = chosen
  }
  return all.subarray(0, size).sort()
}
