/** Ends the run with one plain line for CI: how many passed, how many failed. */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const broken = modules.filter((module) => module.errors().length > 0).length
    const count = (state: string) => results.filter((result) => result === state).length
    process.on('exit', () => process.stdout.write(`${String(count('passed'))} passed, ${String(count('failed') + broken)} failed\n`))
  }
}
