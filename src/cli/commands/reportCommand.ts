/** npx perceptual-loss report: one page of all comparisons of a test run, of several runs, or of two folders of pictures. */
import { command } from '../command.js'
import { UsageError } from '../usageError.js'

export const report = command({
  args: {
    references: {
      type: 'positional',
      required: false,
      description: "a folder of references; alone: the folder of a test run's report (default: perceptual-loss-report)",
    },
    pictures: {
      type: 'positional',
      required: false,
      description: 'a folder of pictures, compared with the references by their names; with --merge more folders of test runs',
    },
    merge: { type: 'boolean', description: 'merge the reports of several runs, such as shards: all arguments are their folders' },
    max: { type: 'string', valueHint: 'loss=number', description: 'the largest lpips, spot or dists (default: lpips=0.1,spot=0.03)' },
    min: { type: 'string', valueHint: 'loss=number', description: 'the smallest ssim, ms-ssim or psnr' },
    out: { type: 'string', default: 'perceptual-loss-report', valueHint: 'folder', description: 'where the report of two folders, or of merged runs, goes' },
  },
  many: true,
  examples: [
    ['', "write the page of the last test run again, from its records (the reporter 'perceptual-loss/reporter' writes both)"],
    ['--merge shard-*/', 'write one page of the reports of several runs'],
    ['expected/ actual/', 'compare two folders, write perceptual-loss-report/report.html and summary.md; exit with status 1 if a default bound is exceeded'],
    ['expected/ actual/ --max lpips=0.1 --min psnr=30 --out report', 'other bounds and another folder'],
  ],
  run: async ({ args, all, positionals, output }) => {
    const { references, pictures, out, merge } = args
    const limits = { max: all('max'), min: all('min') }
    if (!merge && references !== undefined && pictures !== undefined) {
      if (positionals.length > 2)
        throw new UsageError(`received ${String(positionals.length)} folders, expected two of pictures, or --merge and those of test runs.`)
      const { reportFolders } = await import('../report/reportFolders.js')
      return reportFolders({ references, pictures, out, limits }, output)
    }
    if (limits.max.length + limits.min.length > 0) throw new UsageError('--max and --min are for two folders of pictures; a test run has its own bounds.')
    const { reportRun, reportRuns } = await import('../report/reportRun.js')
    if (!merge) return reportRun(references ?? out, output)
    if (positionals.length === 0) throw new UsageError('--merge: received no folders, expected those of the test runs, such as shard-*/.')
    return reportRuns(positionals, out, output)
  },
})
