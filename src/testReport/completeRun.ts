/**
 * Whether a run of a test runner was complete: no filter left a test out, and every test passed. Only then is a reference that was not used obsolete.
 */

/** What vitest tells a reporter. */
export interface Vitest {
  readonly config: { readonly project?: string | readonly string[] }
  /** The test files without filters. */
  readonly globTestSpecifications: () => Promise<readonly unknown[]>
}

/** A test file of vitest after a run. */
export interface VitestModule {
  readonly children: { readonly allTests: () => Iterable<{ readonly result: () => { readonly state: string } }> }
}

/** Whether a run of vitest was complete. Filters by file, changes, shards and watching leave out files; filters by name, and `.only`, skip tests. */
export const completeInVitest = async (vitest: Vitest, modules: readonly VitestModule[], reason: string): Promise<boolean> => {
  const tests = modules.flatMap(({ children }) => [...children.allTests()])
  if (reason !== 'passed' || (vitest.config.project ?? []).length > 0 || tests.some((test) => test.result().state !== 'passed')) return false
  return (await vitest.globTestSpecifications()).length === modules.length
}

/** What Jest tells a reporter of its configuration. */
export type JestConfig = Readonly<Record<string, unknown>>

/** What Jest tells a reporter of a run. */
export interface JestResults {
  readonly wasInterrupted?: boolean
  readonly numFailedTests: number
  readonly numPendingTests: number
  /** Test files that could not be run. */
  readonly numRuntimeErrorTestSuites: number
}

/** The filters among Jest's options; those of files are in `nonFlagArgs` or patterns. */
const JEST_FILTERS = [
  'changedSince',
  'filter',
  'findRelatedTests',
  'lastCommit',
  'nonFlagArgs',
  'onlyChanged',
  'onlyFailures',
  'runTestsByPath',
  'shard',
  'testNamePattern',
  'testPathPattern',
  'testPathPatterns',
] as const

/** Whether a run of Jest was complete; `contexts`: the number of projects that were run. */
export const completeInJest = (config: JestConfig, results: JestResults, contexts: number): boolean => {
  const { projects } = config
  const allProjects = !Array.isArray(projects) || projects.length <= contexts
  // `success` is set after the reporters have run.
  const passed = results.wasInterrupted !== true && results.numFailedTests + results.numPendingTests + results.numRuntimeErrorTestSuites === 0
  return passed && allProjects && JEST_FILTERS.every((name) => !isFilter(config[name]))
}

/** Jest 30 has patterns in an object. */
const isFilter = (value: unknown): boolean => {
  if (typeof value === 'object' && value !== null && 'patterns' in value) return isFilter(value.patterns)
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== ''
}

/** What Playwright tells a reporter of its configuration. */
export interface PlaywrightConfig {
  readonly shard: object | null
  readonly grep: RegExp | readonly RegExp[]
  readonly grepInvert: RegExp | readonly RegExp[] | null
  /** The arguments of the command line; newer versions only. */
  readonly argv?: readonly string[]
}

/** What Playwright tells a reporter of the tests. */
export interface PlaywrightSuite {
  readonly suites: readonly PlaywrightSuite[]
  readonly tests: readonly { readonly outcome: () => string }[]
}

/** Options of Playwright's command line that leave no test out and take a value. */
const VALUES =
  /^(-c|--config|-j|--workers|--reporter|--retries|--timeout|--global-timeout|--output|--trace|--browser|--tsconfig|--repeat-each|--update-source-method)$/

/** Those that take none. */
const SWITCHES =
  /^(-u|--update-snapshots|--headed|--fully-parallel|--forbid-only|--quiet|--pass-with-no-tests|--ignore-snapshots|--fail-on-flaky-tests|--no-deps)$/

/** Whether a run of Playwright Test was complete. */
export const completeInPlaywright = (config: PlaywrightConfig, suite: PlaywrightSuite, status: string): boolean =>
  status === 'passed' &&
  config.shard === null &&
  config.grepInvert === null &&
  String(config.grep) === '/.*/' &&
  !hasFilter(config.argv ?? process.argv) &&
  allRan(suite)

/** Whether the arguments after `test` have anything that may leave a test out; what is not known may. */
const hasFilter = (argv: readonly string[]): boolean => {
  const given = argv.slice(argv.indexOf('test') + 1)
  return !given.every((argument, i) => {
    const [name = ''] = argument.split('=', 1)
    return SWITCHES.test(name) || VALUES.test(name) || VALUES.test(given[i - 1] ?? '')
  })
}

/** Whether every test ran as expected, and none was chosen by `.only`, which leaves the others out of the suite. */
const allRan = (suite: PlaywrightSuite): boolean =>
  !isOnly(suite) && suite.tests.every((test) => !isOnly(test) && ['expected', 'flaky'].includes(test.outcome())) && suite.suites.every(allRan)

const isOnly = (entry: object): boolean => '_only' in entry && entry._only === true
