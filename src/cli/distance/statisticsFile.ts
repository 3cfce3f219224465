/** Statistics of features as files. */
import { readFile, writeFile } from 'node:fs/promises'
import { either as E } from 'fp-ts'
import { encodeStatistics, tryDecodeStatistics, type FeatureStatistics } from '../../distributions/index.js'
import { LossException } from '../../index.js'
import { reasonOf } from '../../node/reason.js'

/** Reads a file that --save or `merge --json` wrote; an error names it. */
export const readStatistics = async (file: string): Promise<FeatureStatistics> => {
  const json = parsed(file, await textOf(file))
  const statistics = tryDecodeStatistics(json)
  if (E.isLeft(statistics)) throw new Error(`${file}: ${new LossException(statistics.left).message}`)
  return statistics.right
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`The statistics ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
}

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is not JSON, expected statistics that --save or \`merge --json\` wrote.`, { cause: error })
  }
}

/** Writes them on one line. */
export const writeStatistics = async (file: string, statistics: FeatureStatistics): Promise<void> => {
  try {
    await writeFile(file, `${JSON.stringify(encodeStatistics(statistics))}\n`)
  } catch (error) {
    throw new Error(`The statistics ${file} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
}
