/** The results of an earlier run, which may have been killed in the middle of a line. */
import { createReadStream } from 'node:fs'
import { either as E } from 'fp-ts'
import { tryDecodeResult, type PairResult } from '../../reports/index.js'
import { reasonOf } from '../../node/reason.js'
import { UsageError } from '../usageError.js'
import { linesOf } from './lines.js'

/** The finished pairs. */
export interface Done {
  readonly ids: ReadonlySet<string>
  /** Whether the file ends within a line: what is appended has to begin a new one. */
  readonly torn: boolean
}

/** Reads a file of results. A torn line is not done; results by other losses are an error. */
export const doneIn = async (file: string, losses: readonly string[]): Promise<Done> => {
  const ids = new Set<string>()
  let torn = false
  try {
    for await (const { text, ended } of linesOf(createReadStream(file, 'utf8'))) {
      torn = !ended
      const result = resultOf(text)
      if (result === undefined) continue
      if ('scores' in result) checkLosses(file, Object.keys(result.scores), losses)
      ids.add(result.id)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new Error(`The earlier results ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  return { ids, torn }
}

const resultOf = (text: string): PairResult | undefined => {
  try {
    return E.getOrElseW(() => undefined)(tryDecodeResult(JSON.parse(text)))
  } catch {
    return undefined
  }
}

const checkLosses = (file: string, found: readonly string[], asked: readonly string[]): void => {
  if (found.length === asked.length && found.every((name) => asked.includes(name))) return
  throw new UsageError(`${file} has results of ${found.join(', ')}, expected ${asked.join(', ')}. Pass the same losses, or start a new file.`)
}
