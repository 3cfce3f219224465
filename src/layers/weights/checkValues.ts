/**
 * Whether the numbers of weights can be a trained network's: all finite, and no kernel of zeros alone. A NaN weight would give NaN features, or zeros after a ReLU that
 * drops NaN; a kernel of zeros makes every picture alike.
 */
import { either as E } from 'fp-ts'
import type { LossError } from '../../core/errors/error.js'
import type { MatchedWeights } from './matchWeights.js'
import type { TensorFile } from './tensorFile.js'

/** The fit, or a Left that names the first tensor whose numbers are no trained network's; reads every tensor that the fit takes. */
export const checkValues =
  (file: TensorFile, source: string) =>
  (fit: MatchedWeights): E.Either<LossError, MatchedWeights> => {
    for (const [name, { shape, values }] of file.tensors) {
      if (fit.note.ignored.includes(name)) continue
      const problem = valuesProblem(values(), shape.length === 4)
      if (problem !== undefined) return E.left({ _tag: 'WeightsUnfit', source, network: fit.note.network, tensor: `the tensor '${name}'`, ...problem })
    }
    return E.right(fit)
  }

/** What is wrong with these numbers, or undefined. */
export const valuesProblem = (values: Float32Array, isKernel: boolean): { readonly received: string; readonly expected: string } | undefined => {
  const broken = values.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0)
  if (broken > 0) return { received: `${String(broken)} NaN or infinite values of ${String(values.length)}`, expected: 'finite values' }
  return isKernel && values.every((value) => value === 0) ? { received: 'zeros only', expected: 'a trained kernel' } : undefined
}
