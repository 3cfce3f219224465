/** Which parts of their work kernels give to threads: smaller ones take less time than it takes to wake a thread. */

/** The fewest numbers for a kernel with one pass over memory. */
export const FEWEST_NUMBERS = 2 ** 15

/** The fewest rows of so many numbers. */
export const rowsOf = (numbers: number): number => Math.max(1, Math.ceil(FEWEST_NUMBERS / numbers))

/** The fewest multiply-adds. */
const FEWEST_PRODUCTS = 2 ** 21

/** The fewest units of so many multiply-adds. */
export const unitsOf = (products: number): number => Math.max(1, Math.ceil(FEWEST_PRODUCTS / products))
