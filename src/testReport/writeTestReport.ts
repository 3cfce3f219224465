/**
 * Writes the report of a run from its records: `report.html` and `summary.md`.
 */
import { join, relative, resolve } from 'node:path'
import { reasonOf } from '../node/reason.js'
import { replaceFile } from '../node/replaceFile.js'
import { acceptCommand, isAcceptable } from './acceptCommands.js'
import { recordId, type ComparisonRecord } from './comparisonRecord.js'
import { counts, headline, STATUSES } from './headline.js'
import { markdownSummary } from './markdownSummary.js'
import { readRecords, REPORT_FOLDER } from './recordFolder.js'
import { comparisonArticle, type ShownComparison } from './comparisonArticle.js'
import { pageFrame } from './reportPage.js'
import { shownPicture } from './shownPicture.js'

/** A written report. */
export interface WrittenReport {
  /** All comparisons, failures first. */
  readonly comparisons: readonly ComparisonRecord[]
  /** The page. */
  readonly page: string
  /** The summary as Markdown. */
  readonly summary: string
  /** The result in one line, with the page's path. */
  readonly line: string
}

interface PageLimits {
  readonly equal: number
  readonly any: number
}

/** A picture is left out of a page that has more bytes of pictures: `equal` for those of equal comparisons, `any` for all. */
const LIMITS = { equal: 20 * 2 ** 20, any: 150 * 2 ** 20 } as const

/** Writes the report of the records in the folder into it. Throws where there are none. */
export const writeTestReport = async (folder = REPORT_FOLDER, limits: PageLimits = LIMITS): Promise<WrittenReport> => {
  const records = await readRecords(folder)
  const comparisons = STATUSES.flatMap((status) => records.filter((one) => one.status === status))
  const accepting = comparisons.some(isAcceptable) ? acceptCommand('--all', folder) : undefined
  const page = join(folder, 'report.html')
  const summary = markdownSummary(comparisons, (id) => acceptCommand(id, folder))
  try {
    await replaceFile(page, parts(folder, comparisons, pageFrame({ comparisons, acceptAll: accepting }), limits))
    await replaceFile(join(folder, 'summary.md'), [summary])
  } catch (error) {
    throw new Error(`The report ${page} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
  const all = comparisons.length === 0 ? '' : ` (${counts(comparisons)})`
  return { comparisons, page, summary, line: `${headline(comparisons)}${all}: ${relative(process.cwd(), page)}` }
}

/** The page piece by piece: all of its pictures may not fit one string. */
async function* parts(
  folder: string,
  comparisons: readonly ComparisonRecord[],
  [start, end]: readonly [string, string],
  limits: PageLimits,
): AsyncGenerator<string> {
  yield start
  let bytes = 0
  for (const record of comparisons) {
    const leftOut = bytes > (record.status === 'equal' ? limits.equal : limits.any)
    const shown = leftOut ? { ...bare(folder, record), leftOut } : await withPictures(folder, record)
    for (const picture of Object.values(shown.pictures)) bytes += picture?.source.length ?? 0
    yield comparisonArticle(shown).text
  }
  yield end
}

const bare = (folder: string, record: ComparisonRecord): ShownComparison => ({
  ...record,
  pictures: {},
  leftOut: false,
  accept: isAcceptable(record) ? acceptCommand(recordId(record), folder) : undefined,
})

const withPictures = async (folder: string, record: ComparisonRecord): Promise<ShownComparison> => {
  const { reference, received, heat } = record
  const inFolder = (path: string | undefined) => (path === undefined ? undefined : shownPicture(join(folder, path)))
  const pictures = { reference: await shownPicture(resolve(reference)), received: await inFolder(received), heat: await inFolder(heat) }
  return { ...bare(folder, record), pictures }
}

/** Where GitHub collects the summary of a job; undefined elsewhere. */
export const summaryFile = (): string | undefined => {
  const file = process.env['GITHUB_STEP_SUMMARY']
  return file === undefined || file === '' ? undefined : file
}
