import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The backend under test: BACKEND=wasm (default), cpu or tensorflow. */
const backend = process.env['BACKEND'] ?? 'wasm'

/** Browsers, the packed package, other test runners, whole programs: they take minutes, and run with the long tests. */
export const PROGRAMS = [
  'test/browser/**/*.test.ts',
  'test/package/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/matcher/{vitest,jest,playwright,comparison,browserMode,recordedResults}.test.ts',
  'test/cli/{compare,distance,encodeToTarget,worker}.test.ts',
]

/** Tests of weights and pictures that may not be committed, in a folder beside the checkout: they run with every case (test/support/full.ts). */
export const DATA = ['test/**/*.data.test.ts']

/** Slow where each op takes long: `npm run test:full` runs them, on the native backend in CI. */
const SLOW = ['test/core/arguments/definitionOptions.test.ts', 'test/parity/{catalogue,gradients}.test.ts']

/** Tests that unregister kernels or ops, or that other files in the same process would change (the graphs of their losses are freed at any time): each has a process of its own. */
const KERNELS = ['test/layers/kernels/{kernels,native/{olderAddon,reducedPrecision},wasm/training}.test.ts', 'test/node/graphs/graphs.test.ts']

/** Removes backends and registers others. */
const BACKENDS = ['test/node/{useFastestBackend,wasmThreads}.test.ts']

/** Tests that start the backend they need, or say the same on every backend. */
const ANY_BACKEND = ['test/{cli,docs,python,reports,testReport}/**/*.test.ts', 'test/node/*.test.ts']

/** Of pictures of a few pixels, which plain JavaScript is fastest at: they run there unless BACKEND says otherwise. */
const LAWS = ['test/laws/**/*.test.ts']

/** The projects of a run share what was transformed; two runs at once do not. */
const transformed = mkdtempSync(join(tmpdir(), 'perceptual-loss-vitest-'))
process.on('exit', () => {
  rmSync(transformed, { recursive: true, force: true })
})

const source = new URL('./src/', import.meta.url).pathname

/** What every run of tests shares. */
export const base: ViteUserConfig = {
  // The package's own names are its sources, in tests and in the code of the documents: nothing needs to be built.
  resolve: {
    alias: [
      { find: /^perceptual-loss$/, replacement: `${source}index.ts` },
      { find: /^perceptual-loss\/(distributions|laws|node|onnx|python|reports)$/, replacement: `${source}$1/index.ts` },
      { find: /^perceptual-loss\/(vitest|jest|playwright|comparator)$/, replacement: `${source}matcher/$1.ts` },
      { find: /^perceptual-loss\/reporter$/, replacement: `${source}testReport/runReporter.ts` },
    ],
  },
  test: {
    setupFiles: ['test/support/setup.ts'],
    env: { BACKEND: backend },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    experimental: { fsModuleCache: true, fsModuleCachePath: transformed },
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', './test/support/closingLine.ts'],
  },
}

/** Loading TensorFlow.js and the networks takes longer than most test files: files without `isolate` share them in one process per worker. */
const project = (name: string, isolate: boolean, include: readonly string[], exclude: readonly string[]) => ({
  extends: true as const,
  test: { name, isolate, include: [...include], exclude: [...exclude] },
})

const elsewhere = [
  '**/node_modules/**',
  'test/python/run/**',
  'test/release/**',
  'test/long/**',
  ...PROGRAMS,
  ...(process.env['FULL'] === 'true' ? [] : [...DATA, ...SLOW]),
]

const laws = project('laws', false, LAWS, elsewhere)

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: [
      project('library', false, ['test/**/*.test.ts'], [...elsewhere, ...ANY_BACKEND, ...LAWS, ...KERNELS]),
      project('kernels', true, KERNELS, elsewhere),
      project('any backend', false, ANY_BACKEND, [...elsewhere, ...BACKENDS]),
      project('backends', true, BACKENDS, elsewhere),
      { ...laws, test: { ...laws.test, env: { BACKEND: process.env['BACKEND'] ?? 'cpu' } } },
    ],
  },
})
