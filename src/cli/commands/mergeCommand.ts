/** npx perceptual-loss merge A B...: one report of the results of many workers. */
import { command } from '../command.js'

export const merge = command({
  args: {
    files: { type: 'positional', description: 'results of `worker`, reports of `merge --json`, or - for standard input' },
    json: { type: 'boolean', description: 'print the report as one line of JSON, which `merge` can read' },
  },
  many: true,
  examples: [
    ['part-*.ndjson', "show each score's mean, spread, range and worst pair, and the failures"],
    ['part-7.ndjson --json > part-7.json', 'merge one part into a report'],
    ['part-*.json --json > report.json', 'merge all parts; the result is bit-identical in any order'],
  ],
  run: async ({ args, positionals, output }) => {
    const { mergeFiles } = await import('../merge/runMerge.js')
    await mergeFiles(positionals, args.json, output)
  },
})
