import { aListOf, aText } from '../core/arguments/guards.js'
import fc from 'fast-check'
import type { Extractor, Feature } from '../index.js'
import { LAWS, lawsToObey, type Law, type LawCase } from './law.js'
import { KINDS, PICTURE_KINDS, type PairKind, type Pictures } from './pictures.js'
import { picturesArbitrary } from './picturesArbitrary.js'
import { programOf } from './counterexampleProgram.js'
import { smallestSide, subjectsOf, type Checkable, type Picture, type Subject } from './subject.js'
import { aFeature, anExtractor } from '../core/language/lossGuards.js'
import { finite, positiveInteger } from '../core/arguments/codecs.js'
import { checkOptions, type AcceptedOptions } from '../core/arguments/checkOptions.js'

/** Options of `checkLaws`. */
export interface LawOptions {
  /** The network, for a loss on its layers. */
  readonly extractor?: Extractor<string>
  /** The features to check a metric on; by default the pixels, and their unit vectors, which are bounded. */
  readonly features?: readonly Feature[]
  /** The laws to check; by default those it claims and those of every loss. */
  readonly laws?: readonly Law[]
  /** The number of cases per law; default 60. */
  readonly numRuns?: number
  /** The seed of the cases; by default fast-check's. */
  readonly seed?: number
  /** The smallest side of the pictures; by default the smallest that the loss accepts. */
  readonly minSide?: number
  /** The largest side; by default three more than the smallest. */
  readonly maxSide?: number
  /** The largest batch size; default 3. */
  readonly maxBatch?: number
  /** The kinds of pairs; by default all, including 'signed', because laws cover all finite numbers. */
  readonly kinds?: readonly PairKind[]
  /** The module that a counterexample imports your own names from. */
  readonly importFrom?: string
}

/** The options that `checkLaws` accepts. */
export const LAW_OPTIONS: AcceptedOptions = {
  extractor: anExtractor,
  features: aListOf(aFeature, 'a list of features'),
  laws: { name: 'a list of laws', is: (value) => Array.isArray(value) && value.every((law: string) => Object.hasOwn(LAWS, law)) },
  numRuns: positiveInteger,
  seed: finite,
  minSide: positiveInteger,
  maxSide: positiveInteger,
  maxBatch: positiveInteger,
  kinds: KINDS,
  importFrom: aText,
}

/** The result of one law. */
export type LawReport = LawHeld | LawBroken

/** No case broke the law. */
export interface LawHeld {
  readonly _tag: 'Held'
  readonly loss: string
  readonly law: Law
  readonly statement: string
  readonly runs: number
  readonly seed: number
}

/** A case broke the law: the smallest one found. */
export interface LawBroken {
  readonly _tag: 'Broken'
  readonly loss: string
  readonly law: Law
  readonly statement: string
  readonly runs: number
  readonly seed: number
  readonly counterexample: LawCase
  /** The observed values. */
  readonly observed: string
  /** The counterexample as TypeScript that runs. */
  readonly program: string
}

/** Checks one law of one subject. */
export const checkLaw = (law: Law, subject: Subject, smallest: number, options: LawOptions = {}): LawReport => {
  const { minSide = smallest, numRuns = 60, maxBatch = 3, kinds = [...PICTURE_KINDS, 'signed'], seed } = options
  const { maxSide = minSide + 3 } = options
  const { statement, holds, observed } = LAWS[law]
  const pictures = picturesArbitrary({ minSide, maxSide, maxBatch, kinds }, true)
  const property = fc.property(pictures, (made) => holds(subject, caseOf(made)))
  const run = fc.check(property, { numRuns, ...(seed === undefined ? {} : { seed }) })
  const report = { loss: subject.expression, law, statement, runs: run.numRuns, seed: run.seed }
  if (run.counterexample === null) return { _tag: 'Held', ...report }
  const counterexample = caseOf(run.counterexample[0])
  return {
    _tag: 'Broken',
    ...report,
    counterexample,
    observed: messageOr(() => observed(subject, counterexample)),
    program: programOf(law, subject, counterexample, options.importFrom),
  }
}

/** The observed values, or the error. */
const messageOr = (observe: () => string): string => {
  try {
    return observe()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The pictures of a case, in the order in which they are made. */
export const caseOf = ({ shape, images: [reference, prediction, third] }: Pictures): LawCase => {
  const picture = (values: Float32Array = new Float32Array()): Picture => ({ shape, values })
  return { reference: picture(reference), prediction: picture(prediction), third: picture(third) }
}

/** The checks of a subject, one law after the other. */
export const checksOf = (subject: Subject, options: LawOptions): readonly { readonly law: Law; readonly check: () => LawReport }[] => {
  let smallest: number | undefined = options.minSide
  return (options.laws ?? lawsToObey(subject)).map((law) => ({ law, check: () => checkLaw(law, subject, (smallest ??= smallestSide(subject)), options) }))
}

/**
 * Checks the laws of a loss, a metric or your own loss function: those it claims (`laws`), and those of every loss. It needs no test runner.
 *
 * Laws: symmetric, zeroOnIdentity, triangle, nonNegative, bounded, smooth; finite, predictionOnly, samplewise, stateless, tidy. Each is checked on small pictures of
 * every kind; a broken law reports the smallest counterexample found, also as a program. Needs a backend with synchronous reads (cpu, wasm, tensorflow).
 *
 * @throws LossException if a loss needs a network and none is given.
 * @example checkLaws(mse(pixels)).every(({ _tag }) => _tag === 'Held')
 * @example checkLaws({ f: myLoss, laws: { symmetric: true } }, { seed: 1 }).flatMap((r) => (r._tag === 'Broken' ? [r.program] : []))
 */
export const checkLaws = (what: Checkable, options: LawOptions = {}): readonly LawReport[] => {
  checkOptions('checkLaws', options, LAW_OPTIONS)
  return subjectsOf(what, options.extractor, options.features).flatMap((subject) => checksOf(subject, options).map(({ check }) => check()))
}
