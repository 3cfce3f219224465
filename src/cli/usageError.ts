/** A wrong argument of the command line; its message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
