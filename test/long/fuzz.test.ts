/** A short form of `npm run fuzz` and `npm run soak`: every reader on changed files, every metric on pictures at the extremes, and some training. */
import { describe, expect, it } from 'vitest'
import { FUZZED, fuzzPairs } from '../../scripts/fuzz/pairs.js'
import { random } from '../../scripts/fuzz/random.js'
import { fuzzTarget } from '../../scripts/fuzz/run.js'
import { TARGETS } from '../../scripts/fuzz/targets.js'
import { FLAT, growth, soak } from '../../scripts/soak.js'

describe('readers', () => {
  it.each(Object.keys(TARGETS))('%s: 1000 changed files are read or refused, each in its time and memory', async (name) => {
    const report = await fuzzTarget({ name, inputs: 1000, seed: 20_261_125, folder: '.cache/fuzz-short' })
    expect(report.findings).toEqual([])
    expect(report.read + report.refused).toBe(1000)
    expect(report.refused).toBeGreaterThan(100)
  })
})

describe('metrics', () => {
  it.each(FUZZED.map((fuzzed) => [fuzzed.name, fuzzed] as const))('%s: values and gradients are finite on 150 pairs at the extremes', (_name, fuzzed) => {
    expect(fuzzPairs(fuzzed, 150, random(20_261_125))).toMatchObject({ pairs: 150, values: 0, gradients: 0, findings: [] })
  })
})

describe('training', () => {
  it('leaves no tensor and learns, 200 steps', async () => {
    const { leaked, resident, first, last } = await soak(200, 12, () => undefined)
    expect(leaked).toBe(0)
    expect(last).toBeLessThan(first)
    // Much shorter than a soak, so that garbage has not settled: three times its bound.
    expect(growth(resident)).toBeLessThan(3 * FLAT)
  })
})
