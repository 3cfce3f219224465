/**
 * The running test, and the files of a comparison.
 */
import { createHash } from 'node:crypto'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatValue } from '../core/errors/formatValue.js'
import { LossException } from '../index.js'
import { idOfTitle, nextNumber } from './testState.js'

/** Which references may be written: all, only new ones, or none. */
export type Update = 'all' | 'new' | 'none'

/** A running test. */
export interface Run {
  /** Names the test among all. */
  readonly test: string
  /** Tells the test from all others of this process, also from those of the same name; the same if it is tried again. */
  readonly id: string
  /** Names the test in reports, where each project and repetition is one of its own. */
  readonly label: string
  /** The folder of the test, for relative paths; by default the working directory. */
  readonly folder: string
  /** The path of a reference by its name; undefined for the test's picture of this number. */
  readonly referencePath: (name: string | undefined, number: number) => string
  /** The name of the test's picture of this number below a folder of all references. */
  readonly automaticName: (number: number) => string
  /** The folder and the start of the name of files that a comparison writes. */
  readonly diff: (reference: string) => string
  readonly update: Update
  /** How to request the update. */
  readonly updateBy: string
  /** Whether the test has failed already, though it goes on. */
  readonly hasFailed: () => boolean
  /** Attaches a written picture to the test. */
  readonly attach?: (path: string) => Promise<void>
  /** The folder in which comparisons are recorded; by default that of the reporter, if there is one. */
  readonly report?: string
}

/** The files of one comparison. */
export interface Places {
  readonly reference: string
  readonly actual: string
  readonly expected: string
  readonly heat: string
}

/** The files of a comparison; `folder` is that of all references, if the suite has one. Without a name a reference is named after the test, and numbered. */
export const placesOf = (run: Run, reference: unknown, folder?: string): Places => {
  const path = referencePath(run, reference, folder)
  const diff = run.diff(basename(path, extname(path)))
  return { reference: path, actual: `${diff}-actual.png`, expected: `${diff}-expected.png`, heat: `${diff}-heat.png` }
}

const referencePath = (run: Run, reference: unknown, folder: string | undefined): string => {
  if (reference === undefined) {
    const number = nextNumber(run.id)
    return folder === undefined ? run.referencePath(undefined, number) : resolve(folder, run.automaticName(number))
  }
  if (reference instanceof URL && reference.protocol === 'file:') return fileURLToPath(reference)
  if (typeof reference === 'string' && reference !== '') return folder === undefined ? run.referencePath(reference, 0) : resolve(folder, reference)
  const expected = "its path relative to the test file, such as 'login.png'"
  throw new LossException({ _tag: 'BadArgument', name: 'The reference', received: formatValue(reference), expected })
}

/** The default update mode: new references, but none on CI. */
export const standardUpdate = (): Update => (['', '0', 'false', undefined].includes(process.env['CI']) ? 'new' : 'none')

/** The `this` of a matcher in vitest and Jest. */
export interface SnapshotContext {
  readonly isNot?: boolean
  readonly testPath?: string | undefined
  readonly currentTestName?: string | undefined
  readonly snapshotState?: object | undefined
  /** vitest's test. */
  readonly task?:
    | {
        readonly id?: string
        readonly file?: { readonly projectName?: string | undefined } | undefined
        readonly result?: { readonly state?: string } | undefined
      }
    | undefined
}

/** Names a test of vitest or Jest among all. */
export const testOf = ({ testPath = '', currentTestName = '' }: SnapshotContext): string => `${relative(process.cwd(), testPath)}: ${currentTestName}`

/** The project of a test in vitest; empty in Jest, and in vitest without projects. */
const projectOf = ({ task }: SnapshotContext): string => task?.file?.projectName ?? ''

/** The test in vitest and Jest. Differences go to `__diff__` beside it, named after the test's file, the test and the reference. */
export const snapshotRun = (context: SnapshotContext): Run => {
  const { testPath, currentTestName = '', snapshotState } = context
  const folder = testPath === undefined ? process.cwd() : dirname(testPath)
  const test = [testPath === undefined ? [] : fileName(basename(testPath)), fileName(currentTestName)].flat().filter((name) => name !== '')
  const automaticName = (number: number): string =>
    join(testPath === undefined ? '' : fileName(basename(testPath)), `${fileName(currentTestName) || 'picture'}-${String(number)}.png`)
  const update = snapshotState !== undefined && '_updateSnapshot' in snapshotState ? snapshotState._updateSnapshot : undefined
  return {
    test: testOf(context),
    id: context.task?.id ?? idOfTitle(testOf(context)),
    label: projectOf(context) === '' ? idOfTitle(testOf(context)) : `${projectOf(context)} ${testOf(context)}`,
    folder,
    referencePath: (name, number) => resolve(folder, name ?? join('__looks__', automaticName(number))),
    automaticName,
    diff: (reference) => join(folder, '__diff__', [...test, fileName(reference)].join('-')),
    update: update === 'all' || update === 'new' || update === 'none' ? update : standardUpdate(),
    updateBy: '-u',
    hasFailed: () => context.task?.result?.state === 'fail',
  }
}

/** The bytes of the longest part of a file's name: three parts and their ends fit into the 255 that file systems allow. */
const LONGEST = 80

/** A text as part of a file's name; a hash of it ends a name that was cut. */
export const fileName = (text: string): string => {
  const name = text.replace(/[^\p{L}\p{M}\p{N}.]+/gu, '-').replace(/^-|-$/g, '')
  const bytes = Buffer.from(name)
  if (bytes.length <= LONGEST) return name
  // A letter that the cut would split is left out.
  const start = new TextDecoder().decode(bytes.subarray(0, LONGEST - 9)).replace(/\uFFFD+$/, '')
  return `${start}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}
