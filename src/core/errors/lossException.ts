/** Errors as exceptions. */
import type { LossError } from './lossError.js'
import { describeError } from './errorMessages.js'
import type { either as E } from 'fp-ts'
import { isLeft } from './either.js'

/** The exception thrown by functions that throw; its `error` is the `LossError` that the Either-returning form returns. */
export class LossException extends Error {
  override readonly name = 'LossException'
  readonly error: LossError

  constructor(error: LossError) {
    super(describeError(error))
    this.error = error
  }
}

/** Returns the value of a Right; throws a `LossException` for a Left. */
export const getOrThrow = <A>(result: E.Either<LossError, A>): A => {
  if (isLeft(result)) throw new LossException(result.left)
  return result.right
}

/** Throws the problem, if there is one. */
export const throwProblem = (problem: LossError | undefined): void => {
  if (problem !== undefined) throw new LossException(problem)
}
