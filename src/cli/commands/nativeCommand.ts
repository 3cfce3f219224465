/** npx perceptual-loss native */
import { command } from '../command.js'
import { printable } from '../printable.js'
import { progressLines } from '../progressBar.js'
import { cacheFolder, installNative } from '../native/install.js'

export const native = command({
  args: {
    save: { type: 'boolean', description: 'add it to package.json, so that npm, pnpm and yarn keep it and a fresh install builds it' },
    force: { type: 'boolean', description: 'rebuild the binding even if it exists' },
  },
  run: async ({ args, output }) => {
    const shown = progressLines(undefined, output.progress)
    let steps = 0
    await installNative({
      project: process.cwd(),
      force: args.force,
      save: args.save,
      cache: cacheFolder(),
      say: (line) => {
        output.out(`native: ${printable(line)}`)
        shown.show(steps++, `now ${line}`)
      },
    }).finally(shown.end)
  },
})
