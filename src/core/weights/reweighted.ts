import type { AnyLoss } from '../language/loss.js'
import { mapWeights } from '../language/traverse.js'

/** The loss with these weights of its terms, in order; weights of named losses are merged into them. Nothing else changes. */
export const withTermWeights = (loss: AnyLoss, weights: readonly number[]): AnyLoss => {
  let next = 0
  return mapWeights((_own, { leaf }) => (leaf === undefined ? 1 : (weights[next++] ?? 1)))(loss)
}
