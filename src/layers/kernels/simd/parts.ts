/**
 * The smallest parts of their work that kernels give to threads: they take about 0.05 ms, which it takes to wake a thread; one that is awake takes a part in 0.003 ms.
 */

/** The numbers of a kernel with one pass over memory. */
export const ONE_PASS = 2 ** 17

/** The numbers of a kernel that reads each several times, or transforms them. */
export const SEVERAL_PASSES = 2 ** 14

/** How many rows of `numbers` numbers have `fewest` of them. */
export const rowsOf = (numbers: number, fewest: number): number => Math.max(1, Math.ceil(fewest / numbers))

/** How many units have the fewest multiply-adds, given those of a unit. */
export const unitsOf = (products: number): number => Math.max(1, Math.ceil(2 ** 20 / products))
