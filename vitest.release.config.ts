import { defineConfig, mergeConfig } from 'vitest/config'
import { base } from './vitest.config.js'

/** The packed package under package managers and bundlers: npm run test:release. */
export default mergeConfig(base, defineConfig({ test: { include: ['test/release/*.test.ts'], globalSetup: ['test/release/packages.ts'] } }))
