/**
 * Ends the run with the tests that were skipped, by name, and one plain line for CI: how many passed, failed and were skipped. With COUNTS_FILE set, the three numbers go to that file
 * instead, for the sum of several runs.
 */
import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const broken = modules.filter((module) => module.errors().length > 0).length
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const [passed, failed] = [count('passed'), count('failed') + broken].map(String) as [string, string]
    for (const test of skipped) process.stdout.write(`skipped: ${test.module.relativeModuleId} > ${test.fullName}\n`)
    const file = process.env['COUNTS_FILE']
    if (file === undefined) process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed, ${String(skipped.length)} skipped\n`))
    else appendFileSync(file, `${passed} ${failed} ${String(skipped.length)}\n`)
  }
}
