/** npx perceptual-loss report: one page of all comparisons of a test run, or of two folders of pictures. */
import { command } from '../command.js'
import { UsageError } from '../usageError.js'

export const report = command({
  args: {
    references: {
      type: 'positional',
      required: false,
      description: "a folder of references; alone: the folder of a test run's report (default: perceptual-loss-report)",
    },
    pictures: { type: 'positional', required: false, description: 'a folder of pictures, compared with the references by their names' },
    max: { type: 'string', valueHint: 'loss=number', description: 'the largest lpips or dists (default: lpips=0.05)' },
    min: { type: 'string', valueHint: 'loss=number', description: 'the smallest ssim, ms-ssim or psnr' },
    out: { type: 'string', default: 'perceptual-loss-report', valueHint: 'folder', description: 'where the report of two folders goes' },
  },
  examples: [
    ['', "write the page of the last test run again, from its records (the reporter 'perceptual-loss/reporter' writes both)"],
    ['expected/ actual/', 'compare two folders, write perceptual-loss-report/report.html and summary.md; exit with status 1 if LPIPS exceeds 0.05'],
    ['expected/ actual/ --max lpips=0.1 --min psnr=30 --out report', 'other bounds and another folder'],
  ],
  run: async ({ args, all, output }) => {
    const { references, pictures, out } = args
    const limits = { max: all('max'), min: all('min') }
    if (references !== undefined && pictures !== undefined) {
      const { reportFolders } = await import('../report/reportFolders.js')
      return reportFolders({ references, pictures, out, limits }, output)
    }
    if (limits.max.length + limits.min.length > 0) throw new UsageError('--max and --min are for two folders of pictures; a test run has its own bounds.')
    const { reportRun } = await import('../report/reportRun.js')
    return reportRun(references ?? out, output)
  },
})
