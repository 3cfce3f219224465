/** Command line arguments, read and checked; what is wrong is one line for the person who asked. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '../src/cli/usageError.js'

export { backendOption, startBackend } from '../src/cli/startBackend.js'
export { UsageError }
export { among, weight, whole } from '../src/cli/optionValues.js'

/** The values of the options; throws a UsageError. */
export const parsed = <const O extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: O) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1)
    throw new UsageError(`${sentence ?? ''}; --help lists the options.`)
  }
}
