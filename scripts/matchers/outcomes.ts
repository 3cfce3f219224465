/** What a bound on a score catches: regressions caught, false alarms, the best bound, and the curve of all bounds. */

/** A judged case. */
export interface Judged {
  readonly regression: boolean
  readonly score: number
}

/** Of a bound: a case fails if its score is larger. */
export interface Outcome {
  readonly bound: number
  readonly caught: number
  readonly falseAlarms: number
}

/** What this bound catches. */
export const outcomeOf = (cases: readonly Judged[], bound: number): Outcome => {
  const failed = cases.filter(({ score }) => score > bound)
  const caught = failed.filter(({ regression }) => regression).length
  return { bound, caught, falseAlarms: failed.length - caught }
}

/** The outcomes of every bound that makes a difference, from the strictest to the one that accepts everything. */
export const curve = (cases: readonly Judged[]): readonly Outcome[] => {
  const scores = [...new Set(cases.map(({ score }) => score))].sort((a, b) => a - b)
  // Between two scores, so that rounding decides nothing.
  return [-1, ...scores.map((score, i) => (score + (scores[i + 1] ?? score)) / 2)].map((bound) => outcomeOf(cases, bound))
}

/** The bound with the most regressions caught for its false alarms: caught minus false alarms, and the fewest of them where that is equal. */
export const best = (cases: readonly Judged[]): Outcome =>
  curve(cases).reduce((a, b) => {
    const gain = b.caught - b.falseAlarms - (a.caught - a.falseAlarms)
    return gain > 0 || (gain === 0 && b.falseAlarms < a.falseAlarms) ? b : a
  })

/** The area below the curve: the probability that a regression scores higher than a harmless rendering. */
export const area = (cases: readonly Judged[]): number => {
  const [planted, harmless] = [true, false].map((wanted) => cases.filter(({ regression }) => regression === wanted))
  const wins = (planted ?? []).flatMap(({ score: a }) => (harmless ?? []).map(({ score: b }) => (a > b ? 1 : a === b ? 0.5 : 0)))
  return wins.reduce((sum: number, win) => sum + win, 0) / wins.length
}
