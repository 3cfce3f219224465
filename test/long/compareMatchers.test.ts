/** A few cases of the comparison of matchers, in Chromium: what is rendered, and what the matchers say of it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { judges, byDefault } from '../../scripts/matchers/judges.js'
import { area, best, curve, outcomeOf } from '../../scripts/matchers/outcomes.js'
import { REGRESSIONS } from '../../scripts/matchers/regressions.js'
import { RENDERINGS } from '../../scripts/matchers/renderings.js'
import { cases, type Case } from '../../scripts/matchers/screenshots.js'
import { scoresOf, type Scored } from '../../scripts/matchers/scores.js'

/** The judges that are quick. */
const QUICK = ['lpips', 'spot', '', 'antialiasing']

let some: readonly Case[]
let scored: readonly Scored[]
beforeAll(async () => {
  some = await cases(['form'], 3)
  const quick = (await judges()).filter(({ settings }) => QUICK.includes(settings))
  scored = await scoresOf(some, quick, () => undefined)
}, 300_000)

it('100 regressions and 100 harmless renderings', () => {
  for (const all of [REGRESSIONS, RENDERINGS]) expect(Object.values(all).flat()).toHaveLength(100)
  for (const all of Object.values(REGRESSIONS)) expect(new Set(all.map(({ what }) => what)).size).toBe(all.length)
})

describe('a few screenshots', () => {
  it('are as many as asked for, and all differ from their references', () => {
    expect(some.map(({ regression }) => regression)).toEqual([true, true, true, false, false, false])
    // Contours mask all of a harmless rendering for spot, not for LPIPS.
    for (const { judge, cases: judged } of scored)
      for (const { what, regression, score } of judged)
        if (judge.settings === 'lpips' || (judge.settings === 'spot' && regression)) expect(score, `${judge.settings} of ${what}`).toBeGreaterThan(0)
  })

  it('are judged by all matchers, and rightly by toLookLike', () => {
    expect(new Set(scored.map(({ judge }) => judge.name))).toEqual(new Set(['toLookLike', 'pixelmatch', 'odiff', 'Playwright', 'ssim.js']))
    for (const { cases: judged } of scored) for (const { score } of judged) expect(score).toSatisfy(Number.isFinite)
    expect(outcomeOf(byDefault(scored).cases, 1)).toMatchObject({ caught: 3, falseAlarms: 0 })
  })
})

describe('outcomes', () => {
  const judged = [0.1, 0.4, 0.6, 0.9].map((score, i) => ({ score, regression: i !== 0 && i !== 2 }))

  it('count what is above a bound', () => {
    expect(outcomeOf(judged, 0.5)).toEqual({ bound: 0.5, caught: 1, falseAlarms: 1 })
    expect(curve(judged).map(({ caught, falseAlarms }) => [caught, falseAlarms])).toEqual([[2, 2], [2, 1], [1, 1], [1, 0], [0, 0]]) // prettier-ignore
  })

  it('have a best bound, and the area of the pairs in the right order', () => {
    expect(best(judged)).toMatchObject({ caught: 1, falseAlarms: 0 })
    expect(area(judged)).toBe(0.75)
  })
})
