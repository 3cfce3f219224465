import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { LossException } from '../index.js'
import { reasonOf } from './reason.js'

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

/** Writes a picture's file so; throws a LossException `ImageUnwritable` where it cannot. */
export const replacePicture = async (file: string, bytes: Uint8Array): Promise<void> => {
  try {
    await replaceFile(file, bytes)
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnwritable', path: file, reason: reasonOf(error) })
  }
}
