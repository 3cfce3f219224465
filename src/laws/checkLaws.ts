import { aListOf, aText, checkOptions } from '../core/arguments/guards.js'
import { KINDS } from './imageBatches.js'
import fc from 'fast-check'
import type { Extractor, Feature } from '../index.js'
import { LAWS, lawsToObey, type Law, type LawCase } from './law.js'
import { PICTURE_KINDS, picturesArbitrary, type PairKind, type Pictures } from './imageBatches.js'
import { programOf } from './counterexampleProgram.js'
import { smallestSide, subjectsOf, type Checkable, type Picture, type Subject } from './subject.js'
import { aFeature, anExtractor } from '../core/language/lossGuards.js'
import { finite, positiveInteger } from '../core/arguments/codecs.js'
import type { AcceptedOptions } from '../core/arguments/accepted.js'

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
  /** The smallest side of the pictures; the smallest that the loss takes. */
  readonly minSide?: number
  /** The largest side; three more than the smallest. */
  readonly maxSide?: number
  /** The largest batch size; default 3. */
  readonly maxBatch?: number
  /** The kinds of pairs; all, 'signed' included for laws speak of all finite numbers. */
  readonly kinds?: readonly PairKind[]
  /** The module that a counterexample imports your own names from. */
  readonly importFrom?: string
}

/** What `checkLaws` accepts. */
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

/** A case broke the law: the smallest found. */
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

/** What to check of a subject, one law after the other. */
export const checksOf = (subject: Subject, options: LawOptions): readonly { readonly law: Law; readonly check: () => LawReport }[] => {
  let smallest: number | undefined = options.minSide
  return (options.laws ?? lawsToObey(subject)).map((law) => ({ law, check: () => checkLaw(law, subject, (smallest ??= smallestSide(subject)), options) }))
}

/**
 * Checks which laws a loss, a metric or a loss function of your own obeys: those that it claims (`laws`), and those of every loss. No test runner is needed.
 *
 * Laws: symmetric, zeroOnIdentity, triangle, nonNegative, bounded, smooth; finite, predictionOnly, samplewise, stateless, tidy. Each is tried on small pictures of
 * every kind; a broken one comes with the smallest counterexample found, also as a program. Needs a backend whose tensors can be read at once (cpu, wasm, tensorflow).
 *
 * @throws LossException when a loss needs a network and none is given.
 * @example checkLaws(mse(pixels)).every(({ _tag }) => _tag === 'Held')
 * @example checkLaws({ f: myLoss, laws: { symmetric: true } }, { seed: 1 }).flatMap((r) => (r._tag === 'Broken' ? [r.program] : []))
 */
export const checkLaws = (what: Checkable, options: LawOptions = {}): readonly LawReport[] => {
  checkOptions('checkLaws', options, LAW_OPTIONS)
  return subjectsOf(what, options.extractor, options.features).flatMap((subject) => checksOf(subject, options).map(({ check }) => check()))
}
