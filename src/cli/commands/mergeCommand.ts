/** npx perceptual-loss merge A B...: one report of what many workers found. */
import { command } from '../command.js'

export const merge = command({
  args: {
    files: { type: 'positional', description: 'results of `worker`, reports of `merge --json`, or - for those that come on the standard input' },
    json: { type: 'boolean', description: 'print the report as a line of JSON, which `merge` takes again' },
  },
  many: true,
  examples: [
    ['part-*.ndjson', "every score's mean, spread, ends and worst pair; and what failed"],
    ['part-7.ndjson --json > part-7.json', 'a report of a part'],
    ['part-*.json --json > report.json', 'the report of the whole, the same to the bit in whatever order the parts come'],
  ],
  run: async ({ args, positionals, output }) => {
    const { mergeFiles } = await import('../merge/runMerge.js')
    await mergeFiles(positionals, args.json, output)
  },
})
