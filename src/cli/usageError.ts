/** Something asked for that is not there; its message is one line for the person who asked. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
