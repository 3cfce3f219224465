import { defineConfig, mergeConfig } from 'vitest/config'
import { base } from './vitest.config.js'

/** The losses written as Python, run in real PyTorch and Keras: npm run test:python. */
export default mergeConfig(base, defineConfig({ test: { include: ['test/python/run/*.test.ts'], globalSetup: ['test/python/run/environments.ts'] } }))
