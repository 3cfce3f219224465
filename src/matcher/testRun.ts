/**
 * The running test, and the files of a comparison.
 */
import { formatValue } from '../core/errors/formatValue.js'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LossException } from '../index.js'

/** Which references may be written: all, only new ones, or none. */
export type Update = 'all' | 'new' | 'none'

/** A running test. */
export interface Run {
  /** The folder of the test, for relative paths; by default the working directory. */
  readonly folder: string
  /** The folder and the start of the name of files that a comparison writes. */
  readonly diff: (reference: string) => string
  readonly update: Update
  /** How to request the update. */
  readonly updateBy: string
  /** Attaches a written picture to the test. */
  readonly attach?: (path: string) => Promise<void>
}

/** The files of one comparison. */
export interface Places {
  readonly reference: string
  readonly actual: string
  readonly expected: string
  readonly heat: string
}

/** The files of a comparison; a reference's path is relative to the test file. */
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

/** The default update mode: new references, but none on CI. */
export const standardUpdate = (): Update => (['', '0', 'false', undefined].includes(process.env['CI']) ? 'new' : 'none')

/** The `this` of a matcher in vitest and Jest. */
export interface SnapshotContext {
  readonly isNot?: boolean
  readonly testPath?: string | undefined
  readonly currentTestName?: string | undefined
  readonly snapshotState?: object | undefined
}

/** The test in vitest and Jest. Differences go to `__diff__` beside it, named after the test's file, the test and the reference. */
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
