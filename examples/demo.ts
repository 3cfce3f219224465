/** Optimises a photograph until it has the style of another picture: npm run demo -- --help */
import { HELP, parseOptions } from './demo/options.js'
import { transferStyle } from './demo/transferStyle.js'
import { program } from './program.js'

await program(async () => {
  const options = parseOptions(process.argv.slice(2))
  if (options !== 'help') return transferStyle(options)
  console.log(HELP)
  return 0
})
