/** A metric that lies about a law is caught, with the smallest counterexample as a program; the program shows the lie when it is run. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { mae, mse, pixels, sum, weighted } from '../../src/index.js'
import { checkLaws, lossLaws, metricLaws, type Checkable, type Law, type LawBroken } from '../../src/laws/index.js'
import { full } from '../support/full.js'
import * as lies from './lies.js'

const folder = new URL('../.generated/laws/', import.meta.url)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const SEED = 20_261_123

/** The broken laws, on pixels. */
const broken = (what: Checkable): readonly LawBroken[] =>
  checkLaws(what, { seed: SEED, numRuns: full ? 60 : 25, features: [pixels], importFrom: '../../laws/lies.js' }).filter((report) => report._tag === 'Broken')

/** What the program of a broken law prints. */
const printed = async ({ program, law, loss }: LawBroken): Promise<readonly unknown[]> => {
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${law}-${loss.replace(/\W/g, '_')}.ts`, folder)
  writeFileSync(file, program)
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    await import(/* @vite-ignore */ file.href)
    return log.mock.calls.map(([first]) => first as unknown)
  } finally {
    log.mockRestore()
  }
}

/** The one law that a lie breaks, and what its program prints. */
const caught = async (what: Checkable, law: Law) => {
  const reports = broken(what)
  expect(reports.map((report) => report.law)).toEqual([law])
  const [report] = reports
  if (report === undefined) throw new Error('nothing was caught')
  return { report, values: await printed(report) }
}

const sides = ({ counterexample }: LawBroken) => counterexample.prediction.shape
const flat = (values: unknown): readonly number[] => [values].flat(9) as number[]

describe('lies', () => {
  it('asymmetric: a single pixel, and both values', async () => {
    const { report, values } = await caught(lies.asymmetric, 'symmetric')
    expect(sides(report)).toEqual([1, 1, 1, 3])
    expect(report.program).toContain("import { asymmetric } from '../../laws/lies.js'")
    const [ab, ba] = values as [number, number]
    expect(Math.abs(ab - ba)).toBeGreaterThan(0.1)
  })

  it('not zero on identity: a single black pixel', async () => {
    const { report, values } = await caught(lies.nonZeroIdentity, 'zeroOnIdentity')
    expect(report.program).toContain('const reference = tf.fill<tf.Rank.R4>([1, 1, 1, 3], 0)')
    expect(values).toEqual([expect.closeTo(0.01, 6)])
  })

  it('negative: two single pixels', async () => {
    const { report, values } = await caught(lies.negative, 'nonNegative')
    expect(sides(report)).toEqual([1, 1, 1, 3])
    expect(values[0]).toBeLessThan(0)
  })

  it('NaN gradient: the same black pixel twice', async () => {
    const { report, values } = await caught(lies.nanGradient, 'finite')
    expect(report.program).toContain('const prediction = tf.fill<tf.Rank.R4>([1, 1, 1, 3], 0)')
    expect(flat(values[1]).every(Number.isNaN)).toBe(true)
  })

  it('gradient on the target, of a function written by hand', async () => {
    const { report, values } = await caught(
      { f: lies.onTheTarget, laws: { symmetric: true, zeroOnIdentity: true, nonNegative: true, smooth: true } },
      'predictionOnly',
    )
    expect(report.program).toContain('const f = onTheTarget')
    expect(flat(values[0]).some((value) => value !== 0)).toBe(true)
  })

  it('no gradient on the prediction', () => {
    expect(broken(lies.disconnected).find(({ law }) => law === 'predictionOnly')?.observed).toBe('the value does not depend on the prediction')
  })

  it('batch-dependent: two samples, of one pixel', async () => {
    const { report, values } = await caught(lies.batchDependent, 'samplewise')
    expect(sides(report)).toEqual([2, 1, 1, 3])
    const [batch, alone] = values as [number, readonly [number, number]]
    expect(Math.abs(batch - (alone[0] + alone[1]) / 2)).toBeGreaterThan(1e-4)
  })

  it('leaking: a single pixel', async () => {
    const { report, values } = await caught(lies.leaking, 'tidy')
    expect(report.observed).toMatch(/left 2 tensors$/)
    const [[before, , after]] = values as [[number, unknown, number]]
    expect(after - before).toBe(1)
  })

  it('stateful: a pair that differs, three times', async () => {
    const reports = broken(lies.stateful)
    const report = reports.find(({ law }) => law === 'stateless')
    if (report === undefined) throw new Error('nothing was caught')
    expect(sides(report)).toEqual([1, 1, 1, 3])
    const [first, , third] = (await printed(report)) as [number, number, number]
    expect(third).toBeGreaterThan(first)
  })

  it('an honest one is not accused, nor are sums of built-ins', () => {
    expect(broken(lies.honest)).toEqual([])
    expect(broken(sum(mse(pixels), weighted(0.5, mae(pixels)), lies.honest(pixels)))).toEqual([])
  })

  it('one inside a sum is caught', () => {
    const reports = broken(sum(mse(pixels), weighted(-3, mae(pixels)), lies.nanGradient(pixels)))
    expect(reports.map(({ law }) => law)).toEqual(['finite'])
    expect(reports[0]?.program).toContain('const f = compile(sum(mse(pixels), weighted(-3, mae(pixels)), nanGradient(pixels)))')
  })

  it('a corner: the gradients on both sides of it', async () => {
    const { values } = await caught(lies.cornered, 'smooth')
    const [before, after] = values.map(flat)
    expect(Math.max(...(before ?? []).map((value, i) => Math.abs(value - (after?.[i] ?? 0))))).toBeGreaterThan(0.3)
  })

  it('no triangle: three single pixels', async () => {
    const { report, values } = await caught(lies.noTriangle, 'triangle')
    expect(sides(report)).toEqual([1, 1, 1, 3])
    const [ab, ac, cb] = values as [number, number, number]
    expect(ab).toBeGreaterThan(ac + cb)
  })

  it('out of bounds', async () => {
    const { values } = await caught(lies.outOfBounds, 'bounded')
    expect(values[0]).toBeGreaterThan(0.25)
  })
})

describe('tests are registered', () => {
  const recorder = () => {
    const tests: { readonly name: string; readonly body: () => void }[] = []
    const groups: string[] = []
    const it = (name: string, body: () => void) => void tests.push({ name, body })
    const describe = (name: string, body: () => void) => {
      groups.push(name)
      body()
    }
    return { tests, groups, it, describe }
  }

  it('in groups, one a law, with its sentence', () => {
    const { tests, groups, ...runner } = recorder()
    metricLaws(mae, { runner })
    expect(groups).toEqual(['laws of mae(pixels)', 'laws of mae(unitNormalized(pixels))'])
    expect(tests.map(({ name }) => name)).toContain('triangle: f(a, b) <= f(a, c) + f(c, b)')
    expect(tests.map(({ name }) => name).filter((name) => name.startsWith('smooth'))).toEqual([])
    for (const { body } of tests) body()
  })

  it('by one function alone', () => {
    const { tests, it } = recorder()
    lossLaws(mse(pixels), { runner: it })
    expect(tests[0]?.name).toBe('laws of mse(pixels), symmetric: f(a, b) = f(b, a)')
  })

  it('and fail with the law, the seed and the program', () => {
    const { tests, it } = recorder()
    lossLaws(lies.negative(pixels), { runner: { test: it }, seed: 42, laws: ['nonNegative'] })
    expect(() => tests[0]?.body()).toThrow(
      /^negative\(pixels\) breaks the law 'nonNegative', f\(a, b\) >= 0: f\(a, b\) = -.*seed: 42[\s\S]*import \{ negative \} from[\s\S]*const prediction = tf\.tensor4d\(/,
    )
  })

  it('throws without a runner', () => {
    expect(() => lossLaws(mse(pixels))).toThrow(/runner: received nothing, and no global it or test, expected .*\{ runner: \{ describe, it \} \}/)
  })
})
