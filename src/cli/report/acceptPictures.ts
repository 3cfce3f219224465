/** Makes received pictures of a run the references. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { REFERENCE_FORMATS } from '../../matcher/pictureFormat.js'
import { readImage, writeImage } from '../../node/index.js'
import { replacePicture } from '../../node/replaceFile.js'
import { isAcceptable } from '../../testReport/acceptCommands.js'
import { recordId, type ComparisonRecord } from '../../testReport/comparisonRecord.js'
import { readRecords } from '../../testReport/recordFolder.js'
import { startBackend } from '../startBackend.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'

/** Accepts the comparisons of these identifiers, or all that failed, and prints the references. */
export const acceptPictures = async (wanted: readonly string[] | 'all', folder: string, { out }: Output): Promise<void> => {
  const records = await readRecords(folder)
  const chosen = wanted === 'all' ? records.filter(isAcceptable) : wanted.map((id) => found(id, records, folder))
  for (const record of chosen) checkReference(record)
  for (const record of chosen) {
    await replaceReference(record, folder)
    out(`updated the reference ${printable(record.reference)}`)
  }
  if (chosen.length === 0) out('no comparison failed: there is nothing to accept')
}

const found = (id: string, records: readonly ComparisonRecord[], folder: string): ComparisonRecord => {
  const record = records.find((one) => recordId(one) === id)
  if (record === undefined) throw new Error(`${folder} has no comparison '${id}'; its report.html shows the identifiers.`)
  if (!isAcceptable(record))
    throw new Error(`The comparison ${id} of ${record.reference} has no picture to accept: it did not fail, or its picture was not kept.`)
  return record
}

/** A report may come from elsewhere: it may name pictures in this folder only. */
const checkReference = ({ reference, received = '' }: ComparisonRecord): void => {
  const isInside = (path: string): boolean => !isAbsolute(path) && !path.split(/[/\\]/).includes('..')
  if (!isInside(received)) throw new Error(`The report names a picture outside its folder: ${received}.`)
  if (!isInside(reference) || !Object.hasOwn(REFERENCE_FORMATS, extname(reference).toLowerCase()))
    throw new Error(`${reference} is not a PNG, JPEG or WebP file in this folder; run the test in its update mode instead (-u, --update-snapshots).`)
}

const replaceReference = async ({ reference, received = '' }: ComparisonRecord, folder: string): Promise<void> => {
  const [picture, path] = [join(folder, received), resolve(reference)]
  await mkdir(dirname(path), { recursive: true })
  // Kept pictures are named after their format.
  if (extname(picture) === `.${REFERENCE_FORMATS[extname(path).toLowerCase()] ?? ''}`) return replacePicture(path, await readFile(picture))
  await startBackend('auto')
  const image = await readImage(picture)
  await writeImage(path, image)
  image.dispose()
}
