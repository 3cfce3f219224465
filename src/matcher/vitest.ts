/**
 * perceptual-loss/vitest: `expect(picture).toLookLike('reference.png', { lpips: 0.05 })` for vitest; import it in a test or name it in `setupFiles`.
 */
import { afterEach, beforeEach, expect, type RunnerTestCase } from 'vitest'
import { testOf } from './testRun.js'
import { endTest, startTest } from './testState.js'
import { toLookLike, type LookLikeMatchers } from './toLookLike.js'

declare module 'vitest' {
  interface Matchers<T> extends LookLikeMatchers<T> {}
}

/** What tells a test from others: its identifier, and its name, which is all that a matcher knows in releases before 4. */
const idsOf = (task: Readonly<RunnerTestCase>): readonly string[] => [
  task.id,
  testOf({ testPath: task.file.filepath, currentTestName: namesOf(task).join(' > ') }),
]

const namesOf = ({ name, suite }: Pick<RunnerTestCase, 'name' | 'suite'>): readonly string[] => [...(suite === undefined ? [] : namesOf(suite)), name]

expect.extend({ toLookLike })
// From the context of the hook, because the global `expect` does not know which of several tests at a time has ended.
beforeEach(({ task }) => {
  idsOf(task).forEach(startTest)
})
afterEach(({ task }) => {
  idsOf(task).forEach(endTest)
})

export { toLookLike, type LookLikeMatchers } from './toLookLike.js'
export { lookLikeDefaults, type LookLikeDefaults } from './suiteDefaults.js'
export { warmUp } from './warmUp.js'
export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle } from './ignoredRegions.js'
export type { Settings } from './settings.js'
export type { SizeMismatch } from './sizeMismatch.js'
