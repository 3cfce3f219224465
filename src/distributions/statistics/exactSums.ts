/**
 * Exact sums of many products, fast enough for the covariance of 2,048 dimensions.
 *
 * A value is rounded to a multiple of 2^-24. Its products are multiples of 2^-48, and sums of those have one form: a whole number and a fraction. So addition is associative and
 * commutative to the bit. (Reports add exact numbers of any size, in BigInts: 2 microseconds for each sum, and a covariance has millions of them.)
 */

/** Sums by their place: whole + fraction, where the fraction is a multiple of 2^-48 in [0, 1). */
export interface ExactSums {
  readonly whole: Float64Array
  readonly fraction: Float64Array
}

/** A value is a multiple of 1 / STEPS. */
const STEPS = 2 ** 24

/** The largest size of a value. */
export const LARGEST = 2 ** 20

/** The largest sum: whole numbers are exact up to here, also while two of them are added. */
export const LARGEST_SUM = 2 ** 51

/** How many rows are multiplied before their sums are rounded to whole and fraction: their sums are exact. */
const ROWS = 64

export const zeroSums = (length: number): ExactSums => ({ whole: new Float64Array(length), fraction: new Float64Array(length) })

/** The sum of both. */
export const addSums = (a: ExactSums, b: ExactSums): ExactSums => {
  const sum = { whole: a.whole.slice(), fraction: a.fraction.slice() }
  for (let i = 0; i < sum.whole.length; i++) carry(sum, i, b.whole[i] ?? 0, b.fraction[i] ?? 0)
  return sum
}

/** Adds a whole number and a multiple of 2^-48 to the sum at `i`. */
const carry = ({ whole, fraction }: ExactSums, i: number, wholePart: number, rest: number): void => {
  const all = (fraction[i] ?? 0) + rest
  const up = Math.floor(all)
  whole[i] = (whole[i] ?? 0) + wholePart + up
  fraction[i] = all - up
}

/** How many products a symmetric matrix of that size has: its upper triangle. */
export const triangle = (dimension: number): number => (dimension * (dimension + 1)) / 2

/** The sums of the rows, and of the products of any two of their columns, row by row of the upper triangle. Values are at most `LARGEST` in size. */
export const sumsOfRows = (rows: readonly Float32Array[], dimension: number): { readonly sum: ExactSums; readonly products: ExactSums } => {
  const [sum, products] = [zeroSums(dimension), zeroSums(triangle(dimension))]
  for (let first = 0; first < rows.length; first += ROWS) addBlock(rows.slice(first, first + ROWS), dimension, sum, products)
  return { sum, products }
}

const addBlock = (rows: readonly Float32Array[], dimension: number, sum: ExactSums, products: ExactSums): void => {
  const count = rows.length
  // Column by column: high is a whole number, low a multiple of 2^-24 of at most a half.
  const [high, low] = [new Float64Array(dimension * count), new Float64Array(dimension * count)]
  rows.forEach((row, k) => {
    for (let i = 0; i < dimension; i++) {
      const value = Math.round((row[i] ?? 0) * STEPS) / STEPS
      const nearest = Math.round(value)
      high[i * count + k] = nearest
      low[i * count + k] = value - nearest
    }
  })
  let at = 0
  for (let i = 0; i < dimension; i++) {
    let [wholes, rests] = [0, 0]
    for (let k = i * count; k < (i + 1) * count; k++) {
      wholes += high[k] ?? 0
      rests += low[k] ?? 0
    }
    carry(sum, i, wholes, rests)
    for (let j = i; j < dimension; j++) addProduct(high, low, i * count, j * count, count, products, at++)
  }
}

/** The product of two columns, in three sums that are exact: of whole numbers, of multiples of 2^-24 and of multiples of 2^-48. */
const addProduct = (high: Float64Array, low: Float64Array, a: number, b: number, count: number, products: ExactSums, at: number): void => {
  let [wholes, mixed, rests] = [0, 0, 0]
  for (let k = 0; k < count; k++) {
    const highA = high[a + k] ?? 0
    const highB = high[b + k] ?? 0
    const lowA = low[a + k] ?? 0
    const lowB = low[b + k] ?? 0
    wholes += highA * highB
    mixed += highA * lowB + lowA * highB
    rests += lowA * lowB
  }
  const [mixedWhole, restsWhole] = [Math.floor(mixed), Math.floor(rests)]
  carry(products, at, wholes + mixedWhole + restsWhole, mixed - mixedWhole + (rests - restsWhole))
}

/** The double nearest to a sum. */
export const numberAt = ({ whole, fraction }: ExactSums, i: number): number => (whole[i] ?? 0) + (fraction[i] ?? 0)
