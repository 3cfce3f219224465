import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LossException } from '../core/errors/lossException.js'
import { reasonOf } from './reason.js'

/** Writes a file atomically (write beside it, then rename): an interrupted write leaves the old file unchanged. */
export const replaceFile = async (file: string, content: Uint8Array | AsyncIterable<string> | Iterable<string>): Promise<void> => {
  // Without the file's name, which may be as long as a file system allows.
  const beside = join(dirname(file), `.${randomUUID()}.tmp`)
  try {
    await writeFile(beside, content, { flush: true })
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Writes a picture file atomically; throws a LossException `ImageUnwritable` if it cannot. */
export const replacePicture = async (file: string, bytes: Uint8Array): Promise<void> => {
  try {
    await replaceFile(file, bytes)
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnwritable', path: file, reason: reasonOf(error) })
  }
}
