/**
 * What is known of the test that compares, and the files that belong to a comparison.
 */
import { formatValue } from '../core/errors/formatValue.js'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LossException } from '../index.js'

/** What may be written: references that are new, those that no longer hold as well, or none. */
export type Update = 'all' | 'new' | 'none'

/** A test under way. */
export interface Run {
  /** Where the test is, for paths relative to it; the working directory where the runner does not say. */
  readonly folder: string
  /** What a comparison of the test writes begins with: a folder and a name. */
  readonly diff: (reference: string) => string
  readonly update: Update
  /** How a person asks for the update. */
  readonly updateBy: string
  /** Tells the runner of a picture that was written. */
  readonly attach?: (path: string) => Promise<void>
}

/** The files of one comparison. */
export interface Places {
  readonly reference: string
  readonly actual: string
  readonly expected: string
  readonly heat: string
}

/** Where the files of a comparison are; a reference's path is relative to the test file. */
export const placesOf = (run: Run, reference: unknown): Places => {
  const isPath = (typeof reference === 'string' && reference !== '') || (reference instanceof URL && reference.protocol === 'file:')
  if (!isPath) {
    const expected = "its path relative to the test file, such as 'login.png'"
    throw new LossException({ _tag: 'BadArgument', name: 'The reference', received: formatValue(reference), expected })
  }
  const path = resolve(run.folder, reference instanceof URL ? fileURLToPath(reference) : reference)
  const diff = run.diff(basename(path, extname(path)))
  return { reference: path, actual: `${diff}-actual.png`, expected: `${diff}-expected.png`, heat: `${diff}-heat.png` }
}

/** What may be written where the runner does not say: new references, but none on CI. */
export const standardUpdate = (): Update => (['', '0', 'false', undefined].includes(process.env['CI']) ? 'new' : 'none')

/** What vitest and Jest give a matcher as `this`. */
export interface SnapshotContext {
  readonly isNot?: boolean
  readonly testPath?: string | undefined
  readonly currentTestName?: string | undefined
  readonly snapshotState?: object | undefined
}

/** The test as vitest and Jest tell of it. Differences go to `__diff__` beside it, by the names of the test's file, of the test and of the reference. */
export const snapshotRun = ({ testPath, currentTestName = '', snapshotState }: SnapshotContext): Run => {
  const folder = testPath === undefined ? process.cwd() : dirname(testPath)
  const test = [testPath === undefined ? [] : fileName(basename(testPath)), fileName(currentTestName)].flat().filter((name) => name !== '')
  const update = snapshotState !== undefined && '_updateSnapshot' in snapshotState ? snapshotState._updateSnapshot : undefined
  return {
    folder,
    diff: (reference) => join(folder, '__diff__', [...test, fileName(reference)].join('-')),
    update: update === 'all' || update === 'new' || update === 'none' ? update : standardUpdate(),
    updateBy: '-u',
  }
}

/** A text as part of a file's name. */
export const fileName = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80)
