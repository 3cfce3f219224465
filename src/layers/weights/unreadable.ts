/** Why a file cannot be read, as the end of a sentence; format readers throw it, and `readTensors` turns it into a Left. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** Stops reading. */
export const unreadable = (reason: string): never => {
  throw new Unreadable(reason)
}
