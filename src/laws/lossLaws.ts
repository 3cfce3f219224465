import { checkOptions } from '../core/arguments/checkOptions.js'
import { LossException, type Feature, type Loss } from '../index.js'
import { LAW_OPTIONS, checksOf, type LawOptions, type LawReport } from './checkLaws.js'
import { LAWS } from './law.js'
import { subjectsOf, type Checkable, type FeatureToLoss, type Handwritten } from './subject.js'

type Register = (name: string, body: () => void) => unknown

/** A test runner: the functions of vitest, node:test, Jest or Mocha, or one function that registers a test. */
export type Runner = Register | { readonly describe?: Register; readonly it?: Register; readonly test?: Register }

/** Options of `lossLaws` and `metricLaws`. */
export interface LawTestOptions extends LawOptions {
  /** The runner's functions; by default the global ones. */
  readonly runner?: Runner
}

/**
 * Registers one named test for each law that a loss must obey: those it claims, and those of every loss. A broken law fails with its seed and the smallest
 * counterexample as TypeScript.
 *
 * @throws LossException `BadArgument` without a test runner; `MissingExtractor` if the loss needs a network and none is given.
 * @example lossLaws(sum(mse(pixels), myMetric(pixels)), { runner: { describe, it } })
 * @example lossLaws({ f: myLossFunction, laws: { symmetric: true, zeroOnIdentity: true } }, { runner: test })
 */
export const lossLaws = (loss: Loss<string, string> | Handwritten, options: LawTestOptions = {}): void => {
  register(loss, options)
}

/**
 * Registers one named test for each law that a metric or regularizer must obey, on the pixels and on unit vectors (or on the given `features`).
 *
 * @throws LossException `BadArgument` without a test runner.
 * @example metricLaws(myMetric, { runner: { describe, it } })
 * @example metricLaws(myMetric.with({ radius: 3 }), { runner: { describe, it }, features: [gram(pixels)] })
 */
export const metricLaws = (metric: FeatureToLoss, options: LawTestOptions & { readonly features?: readonly Feature[] } = {}): void => {
  register(metric, options)
}

const register = (what: Checkable, options: LawTestOptions): void => {
  checkOptions('lossLaws', options, {
    ...LAW_OPTIONS,
    runner: {
      name: "a test runner's functions: { describe, it }",
      is: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
    },
  })
  const { group, test } = functionsOf(options.runner)
  for (const subject of subjectsOf(what, options.extractor, options.features))
    group(`laws of ${subject.expression}`, (prefix) => {
      for (const { law, check } of checksOf(subject, options))
        test(`${prefix}${law}: ${LAWS[law].statement}`, () => {
          failing(check())
        })
    })
}

/** Throws for a broken law. */
const failing = (report: LawReport): void => {
  if (report._tag === 'Broken') throw new LossException({ ...report, _tag: 'LawBroken' })
}

interface Functions {
  readonly group: (name: string, body: (prefix: string) => void) => void
  readonly test: Register
}

const functionsOf = (given: Runner = globalThis as Runner): Functions => {
  const { describe, it, test = it } = typeof given === 'function' ? { it: given } : given
  if (test === undefined)
    throw new LossException({
      _tag: 'BadArgument',
      name: 'runner',
      received: 'nothing, and no global it or test',
      expected: "a test runner's functions: lossLaws(loss, { runner: { describe, it } })",
    })
  return {
    test,
    group: (name, body) => {
      if (describe === undefined) body(`${name}, `)
      else describe(name, () => body(''))
    },
  }
}
