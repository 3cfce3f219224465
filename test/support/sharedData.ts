/**
 * Weights and pictures that may not be committed, in a folder beside the checkout. Only tests called `*.data.test.ts` (npm run test:full) and programs under `scripts` read it.
 */
import { existsSync } from 'node:fs'

/** The folder; it may be absent. */
export const DATA = new URL('../../../shared/data/', import.meta.url)

/** Whether the folder is there. Where it is not, the tests that need it count as skipped. */
export const hasData = existsSync(DATA)
