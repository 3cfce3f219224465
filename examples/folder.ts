import { mkdir } from 'node:fs/promises'
import { UsageError } from './arguments.js'

/** Makes the folder that --out names. */
export const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new UsageError(`--out: the folder ${folder} cannot be made (${error instanceof Error ? error.message : String(error)}).`)
  }
}
