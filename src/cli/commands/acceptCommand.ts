/** npx perceptual-loss accept ID...: makes received pictures of a test run the references. */
import { command } from '../command.js'
import { UsageError } from '../usageError.js'

export const accept = command({
  args: {
    comparisons: { type: 'positional', required: false, description: 'the identifiers of failed comparisons, as the report shows them' },
    all: { type: 'boolean', description: 'accept every failed comparison' },
    from: { type: 'string', default: 'perceptual-loss-report', valueHint: 'folder', description: 'the folder of the report' },
  },
  many: true,
  examples: [
    ['992fb6430101', 'replace the reference of one comparison by the picture that the last run received'],
    ['--all --from ~/Downloads/perceptual-loss-report', 'replace the references of all failed comparisons by pictures of a report from CI'],
  ],
  run: async ({ args, positionals, output }) => {
    if (args.all === positionals.length > 0)
      throw new UsageError(`received ${args.all ? 'identifiers and --all' : 'no identifier'}, expected identifiers of comparisons or --all.`)
    const { acceptPictures } = await import('../report/acceptPictures.js')
    await acceptPictures(args.all ? 'all' : positionals, args.from, output)
  },
})
