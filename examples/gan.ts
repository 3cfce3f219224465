/** The GAN of the Keras article, whole: npm run example -- gan --help */
import { HELP, parseOptions } from './gan/options.js'
import { train } from './gan/train.js'
import { program } from './program.js'

await program(async () => {
  const options = parseOptions(process.argv.slice(3))
  if (options !== 'help') return train(options)
  console.log(HELP)
  return 0
})
