/** npx perceptual-loss merge A B...: one report of the results of many workers. */
import { command } from '../command.js'
import { whole } from '../optionValues.js'

export const merge = command({
  args: {
    files: { type: 'positional', description: 'results of `worker`, reports and statistics of `merge --json` or `distance --save`, or - for standard input' },
    sample: { type: 'string', default: '2000', valueHint: 'n', description: 'how many features the sample of statistics holds at most; at most 5000' },
    json: { type: 'boolean', description: 'print the report or statistics as one line of JSON, which `merge` can read' },
  },
  many: true,
  examples: [
    ['part-*.ndjson', "show each score's mean, spread, range and worst pair, and the failures"],
    ['part-7.ndjson --json > part-7.json', 'merge one part into a report'],
    ['part-*.json --json > report.json', 'merge all parts; the result is bit-identical in any order'],
    ['features-*.ndjson --json > real.json', 'make statistics of the features of `worker --features`, which `distance` compares'],
  ],
  run: async ({ args, positionals, output }) => {
    const { mergeFiles } = await import('../merge/runMerge.js')
    await mergeFiles(positionals, { json: args.json, sample: whole('--sample', args.sample, 0, 5000) }, output)
  },
})
