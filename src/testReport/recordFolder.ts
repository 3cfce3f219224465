/**
 * The folder of a report: the records and pictures of a run, written by every process of it.
 *
 * Law: of several records of one comparison (a test that is tried again), the last one counts.
 */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { threadId } from 'node:worker_threads'
import { option as O } from 'fp-ts'
import { reasonOf } from '../node/reason.js'
import { replacePicture } from '../node/replaceFile.js'
import { decodeRecord, encodeRecord, recordId, type ComparisonRecord } from './comparisonRecord.js'

/** The default folder. */
export const REPORT_FOLDER = 'perceptual-loss-report'

/** Tells the processes of a run the folder. */
const VARIABLE = 'PERCEPTUAL_LOSS_REPORT'

const RECORDS = 'records'
const PICTURES = 'pictures'

/** What a run writes into the two folders; other files there are left alone. */
const OURS: Readonly<Record<string, RegExp>> = { [RECORDS]: /^\d+-\d+\.ndjson$/, [PICTURES]: /^[0-9a-f]{12}-(received|heat)\.[a-z]+$/ }

/** Where this run is recorded; undefined without a reporter. */
export const activeFolder = (): string | undefined => {
  const folder = process.env[VARIABLE]
  return folder === undefined || folder === '' ? undefined : folder
}

/** Has every process that this one starts record its comparisons. */
export const recordTo = (folder: string): void => {
  process.env[VARIABLE] = resolve(folder)
}

/** Starts a run: removes the records and pictures of the last one. Synchronous, because Playwright does not wait for a promise before it starts tests. */
export const startRecords = (folder: string): void => {
  for (const [inside, ours] of Object.entries(OURS)) {
    mkdirSync(join(folder, inside), { recursive: true })
    for (const name of readdirSync(join(folder, inside))) if (ours.test(name)) rmSync(join(folder, inside, name), { force: true })
  }
}

/** Adds a record: one line in the file of this process. */
export const appendRecord = (folder: string, record: ComparisonRecord): void => {
  mkdirSync(join(folder, RECORDS), { recursive: true })
  appendFileSync(join(folder, RECORDS, `${String(process.pid)}-${String(threadId)}.ndjson`), encodeRecord(record))
}

/** Keeps a picture with the records: the bytes of a file, or a copy of it; its path in the folder. */
export const keepPicture = async (folder: string, name: string, picture: Uint8Array | string): Promise<string> => {
  await mkdir(join(folder, PICTURES), { recursive: true })
  if (typeof picture === 'string') await copyFile(picture, join(folder, PICTURES, name))
  else await replacePicture(join(folder, PICTURES, name), picture)
  return `${PICTURES}/${name}`
}

/** A path as records have it: from the working directory, with forward slashes. */
export const recordedPath = (path: string): string => relative(process.cwd(), path).split(sep).join('/')

/** The comparisons of a run, by test and reference. Throws where the folder has no records. */
export const readRecords = async (folder: string): Promise<readonly ComparisonRecord[]> => {
  const texts = await Promise.all((await recordFiles(folder)).map((file) => readFile(join(folder, RECORDS, file), 'utf8')))
  const records = texts.flatMap((text) => text.split('\n').flatMap((line) => O.toUndefined(decodeRecord(line)) ?? []))
  const last = new Map<string, ComparisonRecord>()
  for (const record of records.sort((a, b) => a.time - b.time)) last.set(recordId(record), record)
  return [...last.values()].sort((a, b) => compare(a.test, b.test) || compare(a.reference, b.reference))
}

const recordFiles = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(join(folder, RECORDS))).filter((name) => OURS[RECORDS]?.test(name))
  } catch (error) {
    const fix = "run the tests with the reporter 'perceptual-loss/reporter', or name two folders of pictures"
    throw new Error(`${folder} has no records of a run (${reasonOf(error)}); ${fix}.`, { cause: error })
  }
}

const collator = new Intl.Collator('en', { numeric: true })
const compare = (a: string, b: string): number => collator.compare(a, b)
