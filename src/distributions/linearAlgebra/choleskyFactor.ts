/**
 * The factor of a covariance: S = L L^T, where L has as many columns as S has rank.
 *
 * By blocks of columns: what a block takes from the rest of the matrix is subtracted at once, tile by tile, so that a matrix larger than the processor's cache is read once per block and
 * not once per column.
 *
 * Source: Higham, "Analysis of the Cholesky Decomposition of a Semi-definite Matrix", 1990: Cholesky with complete pivoting; LAPACK's `dpstrf` has the blocks.
 */
import type { Matrix } from './rowProducts.js'

/** What is below this fraction of the largest variance is rounding. */
const ROUNDING = 4 * Number.EPSILON

/** The columns of a block. */
const BLOCK = 32

/** A factor in the making. */
interface Making {
  readonly n: number
  /** What is left of the matrix after the finished blocks; the lower triangle counts. */
  readonly rest: Float64Array
  /** What is left of the diagonal after every column; 0 for rows that are finished. */
  readonly left: Float64Array
  /** The columns of the block, row by row: [n, BLOCK]. */
  readonly block: Float64Array
}

/** The factor of a symmetric matrix without negative eigenvalues, [n, rank]. */
export const choleskyFactor = ({ rows: n, values }: Matrix): Matrix => {
  const left = Float64Array.from({ length: n }, (_, i) => values[i * n + i] ?? 0)
  const least = ROUNDING * left.reduce((a, b) => Math.max(a, b), 0)
  const making = { n, rest: values.slice(), left, block: new Float64Array(n * BLOCK) }
  const blocks: Float64Array[] = []
  for (let rank = 0; ;) {
    const columns = addColumns(making, least)
    if (columns > 0) blocks.push(making.block.slice())
    rank += columns
    if (columns < BLOCK) return { rows: n, columns: rank, values: sideBySide(blocks, n, rank) }
    subtractBlock(making)
  }
}

const largestAt = (values: Float64Array): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i
  return best
}

/** Fills the block; returns how many columns it has, fewer than BLOCK where only rounding is left. */
const addColumns = ({ n, rest, left, block }: Making, least: number): number => {
  block.fill(0)
  for (let column = 0; column < BLOCK; column++) {
    const pivot = largestAt(left)
    if (!((left[pivot] ?? 0) > least)) return column
    const root = Math.sqrt(left[pivot] ?? 0)
    const own = block.slice(pivot * BLOCK, pivot * BLOCK + column)
    for (let i = 0; i < n; i++) {
      // Rows of earlier pivots are finished: what is left of them is rounding.
      if (left[i] === 0) continue
      let sum = (i < pivot ? rest[pivot * n + i] : rest[i * n + pivot]) ?? 0
      for (let k = 0; k < column; k++) sum -= (block[i * BLOCK + k] ?? 0) * (own[k] ?? 0)
      const entry = i === pivot ? root : sum / root
      block[i * BLOCK + column] = entry
      left[i] = i === pivot ? 0 : Math.max(0, (left[i] ?? 0) - entry * entry)
    }
  }
  return BLOCK
}

/** Subtracts the block times its transpose from the lower triangle of what is left. */
const subtractBlock = ({ n, rest, left, block }: Making): void => {
  const open = Array.from({ length: n }, (_, i) => i).filter((i) => left[i] !== 0)
  for (const i of open) {
    const own = block.subarray(i * BLOCK, i * BLOCK + BLOCK)
    for (const j of open) {
      if (j > i) break
      let sum = 0
      for (let k = 0; k < BLOCK; k++) sum += (own[k] ?? 0) * (block[j * BLOCK + k] ?? 0)
      rest[i * n + j] = (rest[i * n + j] ?? 0) - sum
    }
  }
}

/** The columns of all blocks beside each other: [n, rank]. */
const sideBySide = (blocks: readonly Float64Array[], n: number, rank: number): Float64Array => {
  const values = new Float64Array(n * rank)
  for (const [at, block] of blocks.entries()) {
    const [first, columns] = [at * BLOCK, Math.min(BLOCK, rank - at * BLOCK)]
    for (let i = 0; i < n; i++) values.set(block.subarray(i * BLOCK, i * BLOCK + columns), i * rank + first)
  }
  return values
}
