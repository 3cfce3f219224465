/**
 * The hooks of Jest around each test.
 */
import { testOf } from './testRun.js'
import { endTest, idOfTitle, startTitle } from './testState.js'

/** Jest's globals. */
export interface RunnerGlobals {
  readonly expect: { readonly getState: () => object }
  readonly beforeEach: (hook: () => void) => void
  readonly afterEach: (hook: () => void) => void
}

/** Numbers each test's pictures from 1, also when it is run again, and fails a test that does not await a comparison. */
export const registerHooks = ({ expect, beforeEach, afterEach }: RunnerGlobals): void => {
  const current = (): string => testOf(expect.getState())
  beforeEach(() => {
    startTitle(current(), triesAgain())
  })
  afterEach(() => {
    endTest(idOfTitle(current()))
  })
}

/** Whether `jest.retryTimes` was called, which sets this global. Source: jest-circus' `types.ts`. */
const triesAgain = (): boolean => Number((globalThis as Readonly<Record<symbol, unknown>>)[Symbol.for('RETRY_TIMES')] ?? 0) > 0
