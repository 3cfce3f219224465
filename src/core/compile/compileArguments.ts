/**
 * The arguments of `compile` and of functions that compile: a loss, an extractor or none, options or none.
 */
import type { either as E } from 'fp-ts'
import { left, right } from '../errors/either.js'
import type { LossError } from '../errors/lossError.js'
import { isExtractor, type AnyExtractor } from '../language/extractor.js'
import { aFunction, argumentProblem, aSwitch } from '../arguments/guards.js'
import { bytesOf } from '../tiling/byteSize.js'
import { aLoss, anExtractor } from '../language/lossGuards.js'
import { positiveInteger } from '../arguments/codecs.js'
import { isPlainRecord, optionsProblem, type Accepted, type AcceptedOptions } from '../arguments/checkOptions.js'
import { isRange } from '../tensors/valueRange.js'

export const aRange: Accepted = { name: 'two finite numbers, the smaller first: [0, 1], [-1, 1] or [0, 255]', is: isRange }
export const aMemory: Accepted = { name: "bytes, or a text such as '1GiB' or '512MiB'", is: (value) => bytesOf(value) !== undefined }

/** [batch, height, width, 3] of whole numbers. */
export const aShape: Accepted = {
  name: 'the size of the pictures, such as [1, 256, 256, 3]',
  is: (value) => Array.isArray(value) && value.length === 4 && value.every((side) => positiveInteger.is(side)),
}

/** The options that `compile` accepts. */
export const COMPILE_OPTIONS: AcceptedOptions = {
  range: aRange,
  preprocess: { name: "'network' or 'none'", is: (value) => value === 'network' || value === 'none' },
  checked: aSwitch,
  memory: aMemory,
  progress: { ...aFunction, name: 'a function of { pass, done, total }' },
}

/** What follows the loss: an extractor or none, and options or none; a Left for anything else. */
export const compileArguments = (
  loss: unknown,
  rest: readonly unknown[],
): E.Either<LossError, { readonly extractor: AnyExtractor | undefined; readonly options: unknown }> => {
  const { extractor, options } = split(rest)
  const problem = argumentProblem('The loss', loss, aLoss) ?? extractorProblem(extractor) ?? optionsProblem('compile', options, COMPILE_OPTIONS)
  return problem === undefined ? right({ extractor: isExtractor(extractor) ? extractor : undefined, options }) : left(problem)
}

/** The problem of an optional extractor, or undefined. */
export const extractorProblem = (extractor: unknown): LossError | undefined =>
  extractor === undefined ? undefined : argumentProblem('The extractor', extractor, anExtractor)

/** Options may follow the loss directly; a value that is not a plain object is the extractor. */
const split = ([second, third]: readonly unknown[]): { readonly extractor: unknown; readonly options: unknown } =>
  isPlainRecord(second) && !isExtractor(second) && third === undefined ? { extractor: undefined, options: second } : { extractor: second, options: third }
