/** Optimises a photograph until it has the style of another picture: npm run demo -- --help */
import { LossException } from '../src/index.js'
import { HELP, parseOptions, UsageError } from './demo/options.js'
import { transferStyle } from './demo/transferStyle.js'

const main = async (args: readonly string[]): Promise<number> => {
  const options = parseOptions(args)
  if (options !== 'help') return transferStyle(options)
  console.log(HELP)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // What the options ask for and cannot be had is one line; anything else is a fault of the demo, and its stack is wanted.
  const expected = error instanceof UsageError || error instanceof LossException
  console.error(expected ? error.message : error)
  process.exitCode = expected ? 2 : 1
}
