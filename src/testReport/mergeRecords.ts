/**
 * Merges the records of several runs, such as the shards of one: each comparison once, with its pictures.
 *
 * Law: of several records of one comparison the last one counts, as within a run.
 */
import { copyFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { recordId, type ComparisonRecord } from './comparisonRecord.js'
import { appendRecord, readRecords, startRecords } from './recordFolder.js'

/** A record, and the folder that has its pictures. */
interface Kept {
  readonly from: string
  readonly record: ComparisonRecord
}

/** Writes the records and pictures of the folders into another one, whose own are removed. Throws where a folder has no records, or is the other one. */
export const mergeRecords = async (folders: readonly string[], into: string): Promise<void> => {
  const same = folders.find((folder) => resolve(folder) === resolve(into))
  if (same !== undefined) throw new Error(`${same} is merged and written; expected another folder for the merged report, such as --out merged.`)
  const last = new Map<string, Kept>()
  for (const from of folders)
    for (const record of await readRecords(from)) {
      const known = last.get(recordId(record))
      if (known === undefined || known.record.time <= record.time) last.set(recordId(record), { from, record })
    }
  startRecords(into)
  for (const { from, record } of last.values()) {
    appendRecord(into, record)
    for (const picture of [record.received, record.heat]) if (picture !== undefined) await copied(join(from, picture), join(into, picture))
  }
}

const copied = async (from: string, to: string): Promise<void> => {
  await mkdir(join(to, '..'), { recursive: true })
  await copyFile(from, to)
}
