import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

/** Writes a file beside its place and renames it there: an interrupted write leaves the old file as it was. */
export const replaceFile = async (file: string, bytes: Uint8Array): Promise<void> => {
  const beside = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(beside, bytes, { flush: true })
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
