/** Sums of 10,000 terms: what was quadratic took minutes. */
import { describe, expect, it } from 'vitest'
import {
  against,
  compile,
  showExplanation,
  diffLosses,
  explain,
  mapWeights,
  mse,
  normalize,
  pixels,
  resized,
  show,
  sum,
  toMermaid,
  type Loss,
} from '../../src/index.js'
import { tryToKeras, tryToTorch } from '../../src/python/index.js'

const TERMS = 10_000
const LOSSES: Readonly<Record<string, Loss<never, string>>> = {
  features: sum(...Array.from({ length: TERMS }, (_, i) => mse(resized(pixels, { scale: 0.25 + i / 1e5 })))),
  references: sum(...Array.from({ length: TERMS }, (_, i) => against(`r${String(i)}`, mse(pixels)))),
}

/** Processor time in seconds, which other programs do not lengthen. */
const seconds = (work: () => unknown): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

describe.each(Object.entries(LOSSES))('10,000 %s', (_, loss) => {
  it.each<readonly [string, () => unknown]>([
    ['compile', () => compile(loss)],
    ['mapWeights', () => mapWeights((weight) => 2 * weight)(loss)],
    ['diff', () => diffLosses(loss, mapWeights((weight) => 2 * weight)(loss))],
    ['normalize', () => normalize(loss)],
    ['show', () => show(loss)],
    ['toMermaid', () => toMermaid(loss)],
    ['toTorch', () => tryToTorch(loss as never)],
    ['toKeras', () => tryToKeras(loss as never)],
  ])('%s takes a few seconds at most', (_name, work) => {
    // Measured: 0.1 to 1 s; quadratic, compile took 5 s, diff 60 s and toTorch 22 s.
    expect(seconds(work)).toBeLessThan(4)
  })
})

it('explain of 4,000 terms', async () => {
  const loss = sum(...Array.from({ length: 4000 }, (_, i) => mse(resized(pixels, { scale: 0.25 + i / 1e5 }))))
  const explanation = await explain(loss, { shape: [1, 8, 8, 3] })
  expect(explanation.terms).toHaveLength(4000)
  expect(showExplanation(explanation).split('\n').length).toBeGreaterThan(8000)
})
