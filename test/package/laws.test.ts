/** Somebody else's package: a metric of its own, and its laws under two test runners, with the packed package alone. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed, root } from './packed.js'

const run = promisify(execFile)
const example = await readFile(join(root, 'examples', 'custom-metric.ts'), 'utf8')
const definition = example.slice(example.indexOf('export const'), example.indexOf('\n})\n') + 4)

let user: string
beforeAll(async () => {
  user = await installed()
  for (const name of ['fast-check', 'vitest', '@tensorflow/tfjs-backend-wasm']) {
    const link = join(user, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  const asUser = example
    .replace('../src/index.js', 'perceptual-loss')
    .replace('../src/laws/index.js', 'perceptual-loss/laws')
    .replace('../src/node/index.js', 'perceptual-loss/node')
  const javascript = async (source: string): Promise<string> => (await transform(source, { loader: 'ts' })).code
  const imports = `import * as tf from '@tensorflow/tfjs'\nimport * as t from 'io-ts'\nimport { defineMetric } from 'perceptual-loss'\n`
  await writeFile(join(user, 'program.js'), await javascript(asUser))
  await writeFile(join(user, 'metric.js'), await javascript(imports + definition))
  await writeFile(join(user, 'liar.js'), await javascript(imports + definition.replaceAll('gemanMcClure', 'liar').replace('range: [0, 1]', 'range: [0, 0.5]')))
  const tests = (runner: string, metric: string, file: string) => `
    import { describe, it } from '${runner}'
    import { metricLaws } from 'perceptual-loss/laws'
    import { ${metric} } from './${file}.js'
    metricLaws(${metric}, { runner: { describe, it }, numRuns: 15, seed: 1, importFrom: './${file}.js' })`
  await writeFile(join(user, 'own.test.js'), tests('vitest', 'gemanMcClure', 'metric'))
  await writeFile(join(user, 'lie.test.js'), tests('vitest', 'liar', 'liar'))
  await writeFile(join(user, 'own.node.js'), tests('node:test', 'gemanMcClure', 'metric'))
  await writeFile(join(user, 'lie.node.js'), tests('node:test', 'liar', 'liar'))
})
afterAll(() => rm(user, { recursive: true, force: true }))

interface Ran {
  readonly code: number
  readonly out: string
}

const node = (...args: readonly string[]): Promise<Ran> =>
  run('node', args, { cwd: user, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: '1' } }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string }
      return { code, out: stdout + stderr }
    },
  )

describe('a metric of one’s own', () => {
  it('takes at most 20 lines, and the document shows these', async () => {
    expect(definition.trim().split('\n').length).toBeLessThanOrEqual(20)
    expect(await readFile(join(root, 'docs', 'defining-a-metric.md'), 'utf8')).toContain(definition)
  })

  it('has its text, formula, JSON, laws, breakdown and heat map from the packed package', async () => {
    const { code, out } = await node('program.js')
    expect(out).toContain('sum(gemanMcClure(pixels, { scale: 0.25 }), weighted(0.5, mae(pixels)))')
    expect(out).toContain('\\operatorname{gemanMcClure}')
    expect(out).toContain('heat map: [1, 16, 16, 1]')
    expect(out).toMatch(/\{"version":1,.*"gemanMcClure".*"scale":0\.25/)
    expect(out).toContain('equal after a round trip through JSON: true')
    expect(out).toContain('range [0, 1], smooth: true')
    expect(out).toContain('Held: symmetric, f(a, b) = f(b, a)')
    expect(out).not.toContain('Broken')
    expect(out).toMatch(/gemanMcClure\(pixels\): 0\.\d{4}\nmae\(pixels\): 0\.\d{4}/)
    expect(code).toBe(0)
  })

  it('has its laws as tests of vitest; a lie fails', async () => {
    const vitest = join('node_modules', 'vitest', 'vitest.mjs')
    const own = await node(vitest, 'run', 'own.test.js', '--reporter=verbose')
    expect(own.out).toMatch(/laws of gemanMcClure\(pixels\) > bounded: f\(a, b\) stays in its range/)
    expect(own.code).toBe(0)
    const lie = await node(vitest, 'run', 'lie.test.js')
    expect(lie.out).toMatch(/liar\(pixels\) breaks the law 'bounded'[\s\S]*import \{ liar \} from '\.\/liar\.js'/)
    expect(lie.code).toBe(1)
  })

  it('has its laws as tests of node:test; a lie fails', async () => {
    const own = await node('--test', 'own.node.js')
    expect(own.out).toMatch(/pass \d{2}\n[\s\S]*fail 0/)
    expect(own.code).toBe(0)
    const lie = await node('--test', 'lie.node.js')
    expect(lie.out).toContain("liar(pixels) breaks the law 'bounded'")
    expect(lie.code).toBe(1)
  })
})
