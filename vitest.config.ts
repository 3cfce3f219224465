import { defineConfig } from 'vitest/config'

/** The backend under test: BACKEND=wasm (default), cpu or tensorflow. */
const backend = process.env['BACKEND'] ?? 'wasm'

export default defineConfig({
  resolve: {
    alias: [
      { find: /^perceptual-loss$/, replacement: new URL('./src/index.ts', import.meta.url).pathname },
      { find: /^perceptual-loss\/(node|laws)$/, replacement: new URL('./src/$1/index.ts', import.meta.url).pathname },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/python/run/**', 'test/release/**', 'test/long/**'],
    setupFiles: ['test/support/setup.ts'],
    env: { BACKEND: backend },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', './test/support/closingLine.ts'],
  },
})
