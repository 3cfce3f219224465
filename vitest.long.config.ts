import { defineConfig, mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { base, PROGRAMS } from './vitest.config.js'

/** Those that take minutes start first, so that none runs on alone at the end. */
const LONGEST = [
  ...['conformance', 'playground', 'onnx/anySize', 'onnx/browser', 'engines', 'examples/training', 'playgroundVisits', 'onnx/toOnnx', 'changedParts'],
  ...[
    'worker',
    'contributing',
    'docs/site',
    'docs/commands',
    'docs/code',
    'docs/pages',
    'tiling',
    'docs/examples',
    'writers',
    'firstFilters',
    'browser/browser',
  ],
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at === -1 ? LONGEST.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

/** What takes longer than a change should wait for: whole programs, browsers, every backend, fuzzing, training to the end: npm run test:long. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: ['test/long/**/*.test.ts', ...PROGRAMS],
      exclude: ['**/node_modules/**'],
      globalSetup: ['test/long/packages.ts'],
      // Most often wait for browsers and other programs: a third worker computes meanwhile.
      maxWorkers: 3,
      sequence: { sequencer: LongestFirst },
    },
  }),
)
