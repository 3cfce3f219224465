/**
 * perceptual-loss/reporter: a reporter for vitest, Jest and Playwright Test that writes a report of all picture comparisons of a run.
 *
 * The folder, by default `perceptual-loss-report`, gets `report.html`, `summary.md`, and the records and pictures they are made of.
 */
import { appendFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkOptions } from '../core/arguments/checkOptions.js'
import {
  completeInJest,
  completeInPlaywright,
  completeInVitest,
  type JestConfig,
  type JestResults,
  type PlaywrightConfig,
  type PlaywrightSuite,
  type Vitest,
  type VitestModule,
} from './completeRun.js'
import { obsoleteReferences } from './obsoleteReferences.js'
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
  #vitest: Vitest | undefined
  readonly #jest: JestConfig | undefined
  #playwright: readonly [PlaywrightConfig, PlaywrightSuite] | undefined

  /** vitest and Playwright pass the options; Jest passes its configuration first, then the options. */
  constructor(first: ReporterOptions = {}, second?: ReporterOptions) {
    const options = second ?? withoutRunners(first)
    checkOptions('perceptual-loss/reporter', options, OPTIONS)
    this.#jest = second === undefined ? undefined : (first as JestConfig)
    this.#folder = recordedPath(resolve(options.folder ?? REPORT_FOLDER))
    recordTo(this.#folder)
  }

  /** vitest, when it starts. */
  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  /** vitest, before a run. */
  onTestRunStart(): void {
    startRecords(this.#folder)
  }

  /** vitest, after a run. */
  async onTestRunEnd(modules: readonly VitestModule[], _errors: readonly unknown[], reason: string): Promise<void> {
    await this.#write(this.#vitest !== undefined && (await completeInVitest(this.#vitest, modules, reason)))
  }

  /** Jest, before a run. */
  onRunStart(): void {
    startRecords(this.#folder)
  }

  /** Jest, after a run. */
  onRunComplete(contexts: ReadonlySet<unknown>, results: JestResults): Promise<void> {
    return this.#write(this.#jest !== undefined && completeInJest(this.#jest, results, contexts.size))
  }

  /** Playwright Test, before a run. */
  onBegin(config: PlaywrightConfig, suite: PlaywrightSuite): void {
    this.#playwright = [config, suite]
    startRecords(this.#folder)
  }

  /** Playwright Test, after a run. */
  onEnd({ status }: { readonly status: string }): Promise<void> {
    return this.#write(this.#playwright !== undefined && completeInPlaywright(...this.#playwright, status))
  }

  /** Playwright Test prints the tests by its own reporter as well. */
  printsToStdio(): boolean {
    return false
  }

  async #write(complete: boolean): Promise<void> {
    const { comparisons, summary, line } = await writeTestReport(this.#folder)
    const file = summaryFile()
    if (file !== undefined) await appendFile(file, `${summary}\n`)
    process.stdout.write(`perceptual-loss: ${line}\n`)
    const obsolete = complete ? await obsoleteReferences(comparisons.map(({ reference }) => reference)) : []
    if (obsolete.length > 0) process.stdout.write(`perceptual-loss: no test used ${named(obsolete)}. Delete what is obsolete.\n`)
  }
}

/** More references than this are counted, not listed. */
const MOST = 50

const named = (paths: readonly string[]): string => {
  const more = paths.length > MOST ? [`and ${String(paths.length - MOST)} more`] : []
  const count = paths.length === 1 ? 'this reference' : `these ${String(paths.length)} references`
  return `${count}: ${[...paths.slice(0, MOST), ...more].join(', ')}`
}
