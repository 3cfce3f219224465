/**
 * CONTRIBUTING's recipes, followed literally in a copy of the checkout: a planted metric is four files, a planted network three, and everything else follows from them.
 */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = dirname(dirname(import.meta.dirname))
let copy = ''

const files = (): readonly string[] => execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n')

/** Writes a file of the copy; gives its path. */
const write = (path: string, text: string): string => {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
  return path
}

const addLine = (path: string, line: string): string => write(path, `${readFileSync(join(copy, path), 'utf8')}${line}\n`)

const node = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await run(process.execPath, args, { cwd: copy, maxBuffer: 2 ** 26, env: { ...process.env, CI: '', COUNTS_FILE: undefined } })
  return stdout + stderr
}

const inCopy = (program: string, ...args: readonly string[]): Promise<string> => node(join('node_modules', program), ...args)

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'perceptual-loss-contributing-'))
  for (const file of files()) {
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
})

afterAll(() => {
  rmSync(copy, { recursive: true, force: true })
})

describe('a network', () => {
  const touched: string[] = []

  it('is three files', () => {
    touched.push(
      write(
        'src/layers/networks/tiny.ts',
        `import type { taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { getOrThrow } from '../../core/errors/lossException.js'
import { vggTable } from '../architecture/vggTable.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'

/** The layers of the tiny network. */
export type TinyLayer = 'block1_conv1' | 'block1_pool'

/** Where its weights come from: the package has none. */
export type TinyOptions = WeightsOptions

export const TINY = vggTable('tiny', [{ convolutions: 1, channels: 4 }])

/** Loads the tiny network; a Left says what is wrong with the weights. */
export const tryTiny = (options: TinyOptions): TE.TaskEither<LossError, Network<TinyLayer>> => loadNetwork<TinyLayer>(TINY, options, { found: 'a file of tiny' })

/** Loads the tiny network, frozen. */
export const tiny = async (options: TinyOptions): Promise<Network<TinyLayer>> => getOrThrow(await tryTiny(options)())
`,
      ),
    )
    const list = readFileSync(join(copy, 'src/layers/networks/index.ts'), 'utf8')
    touched.push(
      write(
        'src/layers/networks/index.ts',
        `import { TINY, tiny } from './tiny.js'\nexport { tiny, tryTiny, type TinyLayer, type TinyOptions } from './tiny.js'\n${list.replace('} as const satisfies', '  tiny: { table: TINY, load: tiny as Load },\n} as const satisfies')}`,
      ),
      write(
        'test/layers/networks/tiny.test.ts',
        `import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { builtInNetworks, compile, convertWeights, featureAt, mse, tiny } from '../../../src/index.js'
import { writeSafetensors } from '../../../src/layers/weights/writeSafetensors.js'
import { PYTHON_NETWORKS } from '../../../src/python/pythonNetworks.js'

const file = writeSafetensors(
  [
    { name: 'block1_conv1/kernel', shape: [3, 3, 3, 4], values: new Float32Array(108).fill(0.1) },
    { name: 'block1_conv1/bias', shape: [4], values: new Float32Array(4) },
  ],
  { network: 'tiny', preprocessing: 'torchvision', layout: 'HWIO' },
)

it('loads, runs, is converted, and Python and the command line know it', async () => {
  const network = await tiny({ weights: file, preprocessing: 'torchvision' })
  const images = tf.fill([1, 4, 4, 3], 0.5) as tf.Tensor4D
  expect(compile(mse(featureAt('block1_conv1')), network)(images, images).dataSync()[0]).toBe(0)
  expect((await convertWeights(file)).note.network).toBe('tiny')
  expect(Object.keys(builtInNetworks)).toContain('tiny')
  expect(PYTHON_NETWORKS).toContain('tiny')
})
`,
      ),
    )
    expect(touched).toHaveLength(3)
  })

  it('its test is right, and the command line takes its weights', async () => {
    expect(await inCopy('vitest/vitest.mjs', 'run', 'test/layers/networks/tiny.test.ts')).toMatch(/Tests\s.*1 passed/)
    const failed = await node('--import', 'tsx', 'src/cli/main.ts', 'explain', 'mse', '--weights', 'tinny=x.pth').catch(
      (error: unknown) => (error as { readonly stderr: string }).stderr,
    )
    expect(failed).toMatch(/tiny/)
  })
})

describe('a metric', () => {
  const touched: string[] = []

  it('is four files', () => {
    touched.push(
      write(
        'src/metrics/logCosh.ts',
        `import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { positive } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { perSampleMean } from '../core/tensors/perSample.js'

/** The options of \`logCosh\`. */
export interface LogCoshOptions {
  /** Differences are divided by it; 1 by default. */
  readonly scale: number
}

/**
 * The mean of log(cosh(d / scale)) over a sample's elements, d the difference: quadratic near 0, linear far from it.
 *
 * Value: [0, infinity), zero on identity, symmetric, smooth. Any feature.
 *
 * Source: \`keras.losses.LogCosh\`.
 * @example const f = compile(logCosh(pixels, { scale: 0.1 }))
 */
export const logCosh: Metric<LogCoshOptions> = defineMetric<LogCoshOptions>({
  id: 'logCosh',
  options: t.strict({ scale: positive }),
  defaults: { scale: 1 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
  latex: () => (x, y) => String.raw\`\\overline{\\log\\cosh\\left(\${x} - \${y}\\right)}\`,
  apply:
    ({ scale }) =>
    (reference, prediction) => {
      const d = tf.abs(tf.div(tf.sub(prediction, reference), scale))
      return perSampleMean(tf.sub(tf.add(d, tf.softplus(tf.mul(d, -2))), Math.LN2))
    },
})
`,
      ),
      addLine('src/metrics/index.ts', `export { logCosh, type LogCoshOptions } from './logCosh.js'`),
      write(
        'test/metrics/logCosh.test.ts',
        `/** logCosh against the same formula in double precision. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, logCosh, pixels } from '../../src/index.js'

it('is the mean of log(cosh(d / scale))', () => {
  const [a, b] = [tf.fill([1, 2, 2, 3], 0.25) as tf.Tensor4D, tf.fill([1, 2, 2, 3], 0.75) as tf.Tensor4D]
  // To float32's rounding.
  expect(compile(logCosh(pixels, { scale: 0.5 }))(a, b).dataSync()[0]).toBeCloseTo(Math.log(Math.cosh(1)), 6)
  tf.dispose([a, b])
})
`,
      ),
      write(
        'docs/losses/logCosh.md',
        `# logCosh

A metric.

<!-- what -->

<!-- /what -->

## What it measures

Small differences squared, large ones in proportion: an outlier counts less than in mse.

![A photograph and its distortions, with the heat map and the value of logCosh for each](logCosh.webp)

![The value of logCosh for five distortions of growing strength](logCosh.svg)

## When to use it

In place of huber where second derivatives should be continuous.

<!-- facts -->

<!-- /facts -->
`,
      ),
    )
    expect(touched).toHaveLength(4)
  })

  // The API report compiles all sources, those of the network, too.
  it('everything else is generated, and the types of both are right', { timeout: 400_000 }, async () => {
    await node('--import', 'tsx', 'scripts/generate.ts', 'logCosh', '--without', 'references')
    const read = (path: string): string => readFileSync(join(copy, path), 'utf8')
    expect(read('schema/loss.schema.json')).toContain('"logCosh"')
    expect(read('etc/index.api.md')).toContain('const logCosh: Metric<LogCoshOptions>')
    expect(read('etc/index.api.md')).toContain('const tiny: (options: TinyOptions) => Promise<Network<TinyLayer>>')
    expect(read('docs/losses/index.md')).toContain('[logCosh](logCosh.md)')
    expect(read('docs/what-there-is.md')).toContain('`logCosh`')
    expect(read('docs/losses/logCosh.md')).toMatch(/\| smooth \| the gradient is continuous \| yes \|[\s\S]*MFLOP/)
    expect(existsSync(join(copy, 'docs/losses/logCosh.webp')) && existsSync(join(copy, 'docs/losses/logCosh.svg'))).toBe(true)
    expect(read('test/laws/counterexamples.json')).toContain('logCosh(pixels)')
  })

  it('its tests, its laws, its page and the public face are right', { timeout: 300_000 }, async () => {
    const tests = ['test/metrics/logCosh.test.ts', 'test/laws/optionArbitraries.test.ts', 'test/laws/arbitraries.test.ts', 'test/docs', 'test/index.test.ts']
    const said = await inCopy('vitest/vitest.mjs', 'run', ...tests, '-t', 'logCosh|list|generates|face|is the mean')
    expect(said).toMatch(/Tests\s.*passed/)
  })

  it('it is decoded from JSON, and generated losses have it', async () => {
    const program = write(
      'planted.ts',
      `import fc from 'fast-check'
import { decode, show } from './src/index.js'
import { lossArbitrary } from './src/laws/index.js'

console.log(show(decode({ version: 1, loss: { metric: 'logCosh', feature: 'pixels', options: { scale: 2 } } })))
console.log(fc.sample(lossArbitrary(), { seed: 1, numRuns: 400 }).some((loss) => show(loss).includes('logCosh(')))
`,
    )
    expect((await node('--import', 'tsx', program)).trim().split('\n')).toEqual(['logCosh(pixels, { scale: 2 })', 'true'])
  })
})
