/** The results of an earlier run, which may have been killed in the middle of a line. */
import { createReadStream } from 'node:fs'
import { either as E } from 'fp-ts'
import { tryDecodeResult } from '../../reports/index.js'
import { reasonOf } from '../../node/reason.js'
import { UsageError } from '../usageError.js'
import { linesOf, LONGEST_OF_FEATURES } from './lines.js'

/** The finished pairs. */
export interface Done {
  readonly ids: ReadonlySet<string>
  /** Whether the file ends within a line: what is appended has to begin a new one. */
  readonly torn: boolean
}

/** The id of a finished result, by its JSON; undefined for anything else. Throws for a result of other work. */
export type FinishedId = (json: unknown) => string | undefined

/** Reads a file of results. A torn line is not done. */
export const doneIn = async (file: string, idOf: FinishedId): Promise<Done> => {
  const ids = new Set<string>()
  let torn = false
  try {
    for await (const { text, ended } of linesOf(createReadStream(file, 'utf8'), LONGEST_OF_FEATURES)) {
      torn = !ended
      const id = idOf(parsed(text))
      if (id !== undefined) ids.add(id)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new Error(`The earlier results ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  return { ids, torn }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The ids of pairs; results by other losses are an error. */
export const finishedPair =
  (file: string, losses: readonly string[]): FinishedId =>
  (json) => {
    const result = E.getOrElseW(() => undefined)(tryDecodeResult(json))
    if (result !== undefined && 'scores' in result) checkLosses(file, Object.keys(result.scores), losses)
    return result?.id
  }

const checkLosses = (file: string, found: readonly string[], asked: readonly string[]): void => {
  if (found.length === asked.length && found.every((name) => asked.includes(name))) return
  throw new UsageError(`${file} has results of ${found.join(', ')}, expected ${asked.join(', ')}. Pass the same losses, or start a new file.`)
}
