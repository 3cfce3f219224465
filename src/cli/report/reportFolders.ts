/** Compares two folders of pictures as `toLookLike` does, and writes the report. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { glob } from 'tinyglobby'
import type { NamedBounds } from '../../matcher/bounds.js'
import { lookLike } from '../../matcher/lookLike.js'
import { recorded } from '../../matcher/recordVerdict.js'
import { sourceOf } from '../../matcher/received.js'
import { placesOf, type Run } from '../../matcher/testRun.js'
import { startRecords } from '../../testReport/recordFolder.js'
import { writeTestReport } from '../../testReport/writeTestReport.js'
import { EXIT } from '../exitStatus.js'
import type { Output } from '../output.js'
import { progressBar } from '../progressBar.js'
import { PICTURES } from '../readPictures.js'
import { UsageError } from '../usageError.js'
import { folderBounds, type Limits } from './folderBounds.js'
import { printReport } from './reportRun.js'

/** The arguments of the command. */
export interface Folders {
  readonly references: string
  readonly pictures: string
  /** The folder of the report. */
  readonly out: string
  readonly limits: Limits
}

/** Compares, writes and prints; returns the exit status: `failed` if a picture is missing or could not be compared, `apart` if a bound is exceeded. */
export const reportFolders = async ({ references, pictures, out, limits }: Folders, output: Output): Promise<number> => {
  const options = folderBounds(limits)
  const [expected, actual] = [await picturesIn(references), await picturesIn(pictures)]
  const names = [...new Set([...expected, ...actual])].sort()
  if (names.length === 0) throw new UsageError(`${references} and ${pictures} have no pictures (${PICTURES.join(', ')}).`)
  // It keeps plain JavaScript from advertising other backends on the error output.
  tf.enableProdMode()
  startRecords(out)
  const scratch = await mkdtemp(join(tmpdir(), 'perceptual-loss-'))
  const bar = progressBar(names.length, output.terminal, output.progress)
  try {
    let [done, status]: [number, number] = [0, EXIT.done]
    for (const name of names) {
      const pair = { reference: join(references, name), picture: join(pictures, name), hasReference: expected.has(name), hasPicture: actual.has(name) }
      status = Math.max(status, await compareOne(pair, runFor(name, out, scratch), options))
      bar.show(++done, name)
    }
    bar.end()
    printReport(await writeTestReport(out), output)
    return status
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The pictures in a folder and its folders, by their paths in it. */
const picturesIn = async (folder: string): Promise<ReadonlySet<string>> => {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError(`received '${folder}', expected a folder of pictures.`)
  return new Set(await glob(`**/*.{${PICTURES.join(',')}}`, { cwd: folder, caseSensitiveMatch: false, expandDirectories: false }))
}

/** A comparison as a run of its own, recorded in the folder of the report. */
const runFor = (name: string, out: string, scratch: string): Run => ({
  test: name,
  id: name,
  label: name,
  folder: process.cwd(),
  referencePath: (reference) => resolve(reference ?? name),
  automaticName: () => name,
  diff: () => join(scratch, createHash('sha256').update(name).digest('hex')),
  update: 'none',
  updateBy: 'npx perceptual-loss accept',
  hasFailed: () => false,
  report: out,
})

interface NamedPair {
  readonly reference: string
  readonly picture: string
  readonly hasReference: boolean
  readonly hasPicture: boolean
}

/** Errors are recorded with their messages. */
const compareOne = async ({ reference, picture, hasReference, hasPicture }: NamedPair, run: Run, options: NamedBounds | undefined): Promise<number> => {
  try {
    if (!hasReference) return await unpaired(run, reference, picture, `The reference ${reference} of ${picture} is missing.`)
    if (!hasPicture) return await unpaired(run, reference, picture, `There is no picture ${picture} for the reference ${reference}.`)
    const { pass } = await lookLike(run, { picture, reference, options, isNot: false })
    return pass ? EXIT.done : EXIT.apart
  } catch {
    return EXIT.failed
  }
}

/** Records a picture or reference without its counterpart. */
const unpaired = async (run: Run, reference: string, picture: string, message: string): Promise<number> => {
  const missing = { places: placesOf(run, reference), source: sourceOf(picture, run.folder), isNot: false }
  await recorded(run, missing, () => Promise.reject(new Error(message)))
  return EXIT.failed
}
