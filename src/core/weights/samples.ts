/** What losses measured on samples have in common: their arguments, and errors as values. */
import { extractorProblem } from '../compile/compileArguments.js'
import { imagesProblem } from '../tensors/checkImages.js'
import { aRecordOf, checkArgument } from '../arguments/guards.js'
import { throwProblem } from '../errors/lossException.js'
import { taskEither as TE } from 'fp-ts'
import { type LossError } from '../errors/lossError.js'
import type { AnyExtractor } from '../language/extractor.js'
import { formatValue } from '../errors/formatValue.js'
import { LossException } from '../errors/lossException.js'

/** (samples, options) or (extractor, samples, options), as for `compile`. */
export const argumentsOf = <S>(rest: readonly unknown[]): readonly [extractor: AnyExtractor | undefined, samples: readonly S[], options: object] => {
  const [extractor, samples, options] = Array.isArray(rest[0]) ? [undefined, ...rest] : rest
  throwProblem(extractorProblem(extractor))
  return [extractor as AnyExtractor | undefined, samples as readonly S[], options ?? {}]
}

/** Throws if the samples are not a non-empty list, or lack tensors. */
export const needSamples = (name: string, samples: unknown, expected: string, tensors: readonly string[]): void => {
  if (!Array.isArray(samples) || samples.length === 0)
    throw new LossException({ _tag: 'BadArgument', name, received: Array.isArray(samples) ? 'none' : formatValue(samples), expected })
  for (const [i, sample] of samples.entries()) {
    const of = `sample ${String(i + 1)}`
    checkArgument(`${name}: ${of}`, sample, aRecordOf(expected, ...tensors))
    for (const key of tensors) throwProblem(imagesProblem(`${key} of ${of}`, (sample as Readonly<Record<string, unknown>>)[key]))
  }
}

/** A task whose LossExceptions are Lefts; any other exception is a fault, and stays one. */
export const toTaskEither = <A>(work: () => Promise<A>): TE.TaskEither<LossError, A> =>
  TE.tryCatch(work, (error) => {
    if (error instanceof LossException) return error.error
    throw error
  })
