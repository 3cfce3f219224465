/**
 * The smallest parts of work that kernels give to threads. They take about 0.05 ms, as long as waking a thread; a thread that is awake starts a part in 0.003 ms.
 */

/** The numbers in a part of a kernel with one pass over memory. */
export const ONE_PASS = 2 ** 17

/** The numbers in a part of a kernel that reads each several times, or transforms them. */
export const SEVERAL_PASSES = 2 ** 14

/** The rows of `numbers` numbers that together have at least `fewest`. */
export const rowsOf = (numbers: number, fewest: number): number => Math.max(1, Math.ceil(fewest / numbers))

/** The units that make a part, given the multiply-adds of one. */
export const unitsOf = (products: number): number => Math.max(1, Math.ceil(2 ** 20 / products))
