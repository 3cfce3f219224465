/** Runs a program of examples/ and gives its exit code to the process. */
import { LossException } from '../src/index.js'
import { UsageError } from './arguments.js'

export const program = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main()
  } catch (error) {
    // What the options ask for and cannot be had is one line; anything else is a fault of the program, and its stack is wanted.
    const expected = error instanceof UsageError || error instanceof LossException
    console.error(expected ? error.message : error)
    process.exitCode = expected ? 2 : 1
  }
}
