/**
 * The end of a test in Playwright: a test that ends before one of its comparisons fails.
 *
 * Playwright has no hook for this without a fixture of ours, but sets `duration` of the test's information when the test ends, and again after its hooks.
 */
import type { TestInfo } from '@playwright/test'
import { notAwaited, type Verdict } from './recordVerdict.js'
import { endTest, startTest, tracked } from './testState.js'

/** The runs of tests that have compared something: each numbers its pictures from 1. */
const watched = new WeakSet<TestInfo>()

/** Those that have failed because they ended too early. */
const failed = new WeakSet<TestInfo>()

/** Runs a comparison of a test, and fails the test if it ends first. What comes of the comparison then does not matter any more. */
export const untilTestEnds = async (info: TestInfo, name: string, isNot: boolean, compare: () => Promise<Verdict>): Promise<Verdict> => {
  watch(info, name)
  try {
    const verdict = await tracked(name, compare, notAwaited(isNot))
    return failed.has(info) ? notAwaited(isNot) : verdict
  } catch (error) {
    if (failed.has(info)) return notAwaited(isNot)
    throw error
  }
}

const watch = (info: TestInfo, name: string): void => {
  if (watched.has(info)) return
  watched.add(info)
  startTest(name)
  let { duration } = info
  const set = (value: number): void => {
    duration = value
    failIfUnderWay(info, name)
  }
  Object.defineProperty(info, 'duration', { configurable: true, enumerable: true, get: () => duration, set })
}

const failIfUnderWay = (info: TestInfo, name: string): void => {
  try {
    endTest(name)
  } catch (error) {
    failed.add(info)
    // A test that timed out while it waited for a comparison has its error.
    if (info.status !== 'passed') return
    info.status = 'failed'
    info.errors.push({ message: error instanceof Error ? error.message : String(error) })
  }
}
