/** npx perceptual-loss native */
import { command } from './command.js'
import { cacheFolder, installNative } from './native/install.js'

export const native = command({
  args: {
    force: { type: 'boolean', description: 'Make the binding anew, though it is there.' },
  },
  run: ({ args, output }) =>
    installNative({
      project: process.cwd(),
      force: args.force === true,
      cache: cacheFolder(),
      say: (line) => {
        output.out(`native: ${line}`)
      },
    }),
})
