/** The rows of `breakdown`: each term's name, weight, value and share. */
import type { Plan } from '../plan/plan.js'
import type { BreakdownRow } from './compiledLoss.js'

/** The rows for the unweighted values of the terms. */
export const breakdownRows = (plan: Plan, unweighted: readonly number[]): readonly BreakdownRow[] => {
  const values = plan.terms.map(({ weight }, i) => weight * (unweighted[i] ?? 0))
  const total = values.reduce((sum, value) => sum + Math.abs(value), 0)
  return plan.terms.map(({ name, weight }, i) => {
    const value = values[i] ?? 0
    return { name, weight, value, unweighted: unweighted[i] ?? 0, share: total === 0 ? 0 : value / total }
  })
}
