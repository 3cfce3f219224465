/** What a refusal says. */
import { LossException, type LossError } from '../../src/index.js'

/** The error that the work throws; it must throw one of the library's own. */
export const refused = (work: () => unknown): LossError => {
  try {
    work()
  } catch (error) {
    if (error instanceof LossException) return error.error
    throw error
  }
  throw new Error('It was done.')
}
