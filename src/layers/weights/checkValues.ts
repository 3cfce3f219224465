/**
 * Checks whether weights can belong to a trained network: all finite, and no kernel of only zeros. A NaN weight would give NaN features, or zeros after a ReLU that
 * drops NaN; with a kernel of zeros all pictures have equal features.
 */
import { either as E } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import type { MatchedWeights } from './matchWeights.js'
import type { TensorFile } from './tensorFile.js'

/** The same weights, or a Left that names the first invalid tensor; reads every tensor. */
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

/** The problem of these numbers, or undefined. */
export const valuesProblem = (values: Float32Array, isKernel: boolean): { readonly received: string; readonly expected: string } | undefined => {
  // A loop: a function per number takes three times as long.
  let broken = 0
  for (const value of values) if (!Number.isFinite(value)) broken++
  if (broken > 0) return { received: `${String(broken)} non-finite values (NaN or infinity) out of ${String(values.length)}`, expected: 'finite values' }
  return isKernel && values.every((value) => value === 0) ? { received: 'zeros only', expected: 'a trained kernel' } : undefined
}
