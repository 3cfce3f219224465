import { defineConfig, mergeConfig } from 'vitest/config'
import base, { PROGRAMS } from './vitest.config.js'

/** What takes longer than a change should wait for: whole programs, browsers, every backend, fuzzing, training to the end: npm run test:long. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/long/**/*.test.ts', ...PROGRAMS] } }),
)
