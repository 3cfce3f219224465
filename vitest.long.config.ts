import { defineConfig, mergeConfig } from 'vitest/config'
import base, { DATA, PROGRAMS, SAMPLED } from './vitest.config.js'

/** What takes longer than a change should wait for: whole programs, browsers, every backend, fuzzing, training to the end, every case of what `npm test` samples: npm run test:long. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/long/**/*.test.ts', ...PROGRAMS, ...DATA, ...SAMPLED], env: { FULL: 'true' } } }),
)
