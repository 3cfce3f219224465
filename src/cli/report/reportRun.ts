/** Writes the page of a test run again, or of several runs, from their records. */
import { mergeRecords } from '../../testReport/mergeRecords.js'
import { writeTestReport, type WrittenReport } from '../../testReport/writeTestReport.js'
import type { Output } from '../output.js'
import { printable, printableLines } from '../printable.js'

/** Writes the page and prints the summary. */
export const reportRun = async (folder: string, output: Output): Promise<void> => {
  printReport(await writeTestReport(folder), output)
}

/** Merges the runs of these folders into another one, and writes their page. */
export const reportRuns = async (folders: readonly string[], into: string, output: Output): Promise<void> => {
  await mergeRecords(folders, into)
  await reportRun(into, output)
}

/** The summary on standard output, the path of the page on the other. */
export const printReport = ({ summary, page }: WrittenReport, output: Output): void => {
  output.out(printableLines(summary.trimEnd()))
  output.err(`perceptual-loss: ${printable(page)}`)
}
