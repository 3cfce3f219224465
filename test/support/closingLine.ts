/** Ends the run with one plain line for CI: how many passed, how many failed; or leaves the two numbers to the file COUNTS_FILE, for a sum of several runs. */
import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const broken = modules.filter((module) => module.errors().length > 0).length
    const count = (state: string) => results.filter((result) => result === state).length
    const [passed, failed] = [String(count('passed')), String(count('failed') + broken)]
    const file = process.env['COUNTS_FILE']
    if (file === undefined) process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed\n`))
    else appendFileSync(file, `${passed} ${failed}\n`)
  }
}
