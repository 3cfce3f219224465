/**
 * perceptual-loss/reporter: a reporter for vitest, Jest and Playwright Test that writes a report of all picture comparisons of a run.
 *
 * The folder, by default `perceptual-loss-report`, gets `report.html`, `summary.md`, and the records and pictures they are made of.
 */
import { appendFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkOptions } from '../core/arguments/checkOptions.js'
import { recordedPath, recordTo, REPORT_FOLDER, startRecords } from './recordFolder.js'
import { summaryFile, writeTestReport } from './writeTestReport.js'

/** Options of the reporter. */
export interface ReporterOptions {
  /** The folder of the report, relative to the working directory; by default 'perceptual-loss-report'. */
  readonly folder?: string
}

const OPTIONS = { folder: { name: "a path such as 'perceptual-loss-report'", is: (value: unknown) => typeof value === 'string' && value !== '' } }

/** Without what Playwright adds: its folder, and names of its own. */
const withoutRunners = (options: ReporterOptions): ReporterOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'configDir' && !name.startsWith('_')))

/**
 * Writes the report of a run.
 *
 * @throws LossException `BadOptions` for unknown options and wrong values.
 * @example new TestReporter({ folder: 'reports/pictures' })
 */
export default class TestReporter {
  readonly #folder: string

  /** vitest and Playwright pass the options; Jest passes its configuration first, then the options. */
  constructor(first: ReporterOptions = {}, second?: ReporterOptions) {
    const options = second ?? withoutRunners(first)
    checkOptions('perceptual-loss/reporter', options, OPTIONS)
    this.#folder = recordedPath(resolve(options.folder ?? REPORT_FOLDER))
    recordTo(this.#folder)
  }

  /** vitest, before a run. */
  onTestRunStart(): void {
    startRecords(this.#folder)
  }

  /** vitest, after a run. */
  onTestRunEnd(): Promise<void> {
    return this.#write()
  }

  /** Jest, before a run. */
  onRunStart(): void {
    startRecords(this.#folder)
  }

  /** Jest, after a run. */
  onRunComplete(): Promise<void> {
    return this.#write()
  }

  /** Playwright Test, before a run. */
  onBegin(): void {
    startRecords(this.#folder)
  }

  /** Playwright Test, after a run. */
  onEnd(): Promise<void> {
    return this.#write()
  }

  /** Playwright Test prints the tests by its own reporter as well. */
  printsToStdio(): boolean {
    return false
  }

  async #write(): Promise<void> {
    const { summary, line } = await writeTestReport(this.#folder)
    const file = summaryFile()
    if (file !== undefined) await appendFile(file, `${summary}\n`)
    process.stdout.write(`perceptual-loss: ${line}\n`)
  }
}
