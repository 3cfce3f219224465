/** Why an operator cannot run: a clause that ends a sentence. Operators throw it while a program is planned, before any tensor is made. */
export class Unfit extends Error {
  override readonly name = 'Unfit'
}

/** Stops planning. */
export const unfit = (reason: string): never => {
  throw new Unfit(reason)
}

/** A shape as text. */
export const dims = (shape: readonly number[]): string => `[${shape.join(', ')}]`
