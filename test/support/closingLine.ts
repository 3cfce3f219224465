/**
 * Ends the run with the tests that were skipped, by name, and one plain line for CI: how many passed, failed and were skipped. With COUNTS_FILE set, the three numbers and the names of
 * the failed tests go to that file instead, for the sum of several runs.
 */
import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const nameOf = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state)
    const skipped = inState('skipped')
    const broken = modules.filter((module) => module.errors().length > 0).map((module) => module.relativeModuleId)
    const failures = [...inState('failed').map(nameOf), ...broken]
    const [passed, failed, left] = [inState('passed').length, failures.length, skipped.length].map(String) as [string, string, string]
    for (const test of skipped) process.stdout.write(`skipped: ${nameOf(test)}\n`)
    const file = process.env['COUNTS_FILE']
    if (file === undefined) process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed, ${left} skipped\n`))
    else appendFileSync(file, [...failures.map((name) => `failed: ${name}`), `${passed} ${failed} ${left}`].map((line) => `${line}\n`).join(''))
  }
}
