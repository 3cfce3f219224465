/**
 * Ends the run with the tests that were skipped, by name, and one plain line for CI: how many passed, failed and were skipped. With COUNTS_FILE set, the three numbers and the failed tests
 * with their reasons go to that file instead, for the sum of several runs.
 */
import { appendFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { TestError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What a failed test said first, and the difference it saw, on one line: a long log may be cut before it. */
const reason = (errors: readonly Pick<TestError, 'message' | 'diff'>[] | undefined): string =>
  stripVTControlCharacters(`${errors?.[0]?.message ?? ''} ${errors?.[0]?.diff ?? ''}`)
    .replaceAll(/\s+/g, ' ')
    .slice(0, 800)

const nameOf = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state)
    const skipped = inState('skipped')
    const broken = modules.filter((module) => module.errors().length > 0).map((module) => `${module.relativeModuleId}: ${reason(module.errors())}`)
    const failures = [...inState('failed').map((test) => `${nameOf(test)}: ${reason(test.result().errors)}`), ...broken]
    const [passed, failed, left] = [inState('passed').length, failures.length, skipped.length].map(String) as [string, string, string]
    for (const test of skipped) process.stdout.write(`skipped: ${nameOf(test)}\n`)
    const file = process.env['COUNTS_FILE']
    if (file === undefined) process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed, ${left} skipped\n`))
    else appendFileSync(file, [...failures.map((name) => `failed: ${name}`), `${passed} ${failed} ${left}`].map((line) => `${line}\n`).join(''))
  }
}
