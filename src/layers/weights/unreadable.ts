/** Why a file cannot be read, as the end of a sentence; readers of formats throw it, and `readTensors` makes it an error. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** Stops reading. */
export const unreadable = (reason: string): never => {
  throw new Unreadable(reason)
}
