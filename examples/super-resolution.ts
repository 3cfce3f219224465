/** Super-resolution, trained for the eye and, for comparison, on pixels alone: npm run example -- super-resolution --help */
import { program } from './program.js'
import { HELP, parseOptions } from './super-resolution/options.js'
import { superResolve } from './super-resolution/superResolve.js'

await program(async () => {
  const options = parseOptions(process.argv.slice(3))
  if (options !== 'help') return superResolve(options)
  console.log(HELP)
  return 0
})
