/** Optimises a photograph until it has the style of another picture: npm run demo -- --help */
import { HELP, parseOptions } from './style-transfer/options.js'
import { transferStyle } from './style-transfer/transferStyle.js'
import { program } from './program.js'

await program(async () => {
  const options = parseOptions(process.argv.slice(3))
  if (options !== 'help') return transferStyle(options)
  console.log(HELP)
  return 0
})
