/** Errors about pictures that name their files. */
import { LossException, type LossError } from '../index.js'

/** The errors for pictures that are too small for a loss. */
const TOO_SMALL: readonly LossError['_tag'][] = ['TooSmall', 'UnfitSize', 'WrongFeatureShape', 'FeaturesDiffer']

/** The message of an error; a size error also names the file. */
export const messageAbout = (error: unknown, files: readonly [string, ...string[]]): string => {
  const message = error instanceof Error ? error.message : String(error)
  const aboutSize = error instanceof LossException && TOO_SMALL.includes(error.error._tag)
  return aboutSize && !files.some((file) => message.includes(file)) ? `${files[0]}: ${message}` : message
}

/** Runs the work on pictures; `names` maps `prediction`, `target` and other references to files. Size errors name the first file. */
export const aboutFiles = async <A>(names: Readonly<Record<string, string>>, work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof LossException)) throw error
    const { error: problem } = error
    const file = 'name' in problem && Object.hasOwn(names, problem.name) ? names[problem.name] : undefined
    const named = file === undefined ? error : new LossException({ ...problem, name: file } as LossError)
    const [first = '', ...others] = Object.values(names)
    const message = messageAbout(named, [first, ...others])
    throw message === named.message ? named : new Error(message, { cause: named })
  }
}
