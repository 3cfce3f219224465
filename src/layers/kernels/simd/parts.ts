/**
 * The smallest parts of their work that kernels give to threads: they take about 0.1 ms. It takes half of that to wake a thread.
 */

/** The numbers of a kernel with one pass over memory. */
export const ONE_PASS = 2 ** 18

/** The numbers of a kernel that reads each several times, or transforms them. */
export const SEVERAL_PASSES = 2 ** 15

/** How many rows have so many of these numbers. */
export const rowsOf = (numbers: number, fewest: number): number => Math.max(1, Math.ceil(fewest / numbers))

/** How many units have the fewest multiply-adds, of so many each. */
export const unitsOf = (products: number): number => Math.max(1, Math.ceil(2 ** 21 / products))
