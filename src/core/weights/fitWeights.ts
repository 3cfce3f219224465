/**
 * Weights learned from human judgments, as for LPIPS, for any terms.
 *
 * A judgment has a reference and two distortions; the fraction of people who prefer the second is modelled as the logistic function of the difference of the
 * two distances. The cross-entropy is convex in the weights, so its minimum over non-negative weights is one, and a certificate says how near it is.
 */
import { COMPILE_OPTIONS } from '../compile/compileArguments.js'
import type { Tensor } from '@tensorflow/tfjs'
import type { taskEither as TE } from 'fp-ts'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from '../compile/calls.js'
import { type LossError } from '../errors/lossError.js'
import type { AnyExtractor } from '../language/extractor.js'
import { fitLogistic, type LogisticFit, type LogisticProblem } from './logisticRegression.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { formatValue } from '../errors/formatValue.js'
import { withTermWeights } from './reweighted.js'
import { compileAny } from '../compile/compileAny.js'
import { planLoss } from '../plan/plan.js'
import { argumentsOf, toTaskEither, needSamples } from './samples.js'
import { requireLoss } from '../language/lossGuards.js'
import { between } from '../arguments/codecs.js'
import { checkOptions, type AcceptedOptions } from '../arguments/checkOptions.js'
import type { CompiledLoss, CompileOptions, Given } from '../compile/compiledLoss.js'
import { getOrThrow, LossException } from '../errors/lossException.js'

/** A reference, two distortions of it, and the fraction of people who prefer the second. */
export interface Judgment<R extends string> {
  readonly reference: Given<R>
  readonly first: Tensor
  readonly second: Tensor
  /** From 0 (all prefer the first) to 1 (all prefer the second). */
  readonly preferSecond: number
}

/** Options of `fitWeights`, and of `compile`. */
export interface FitOptions extends CompileOptions {
  /** Adds ridge / 2 times the sum of the squared weights, each in units of its term's differences; default 0. Above 0 the best fit is unique. */
  readonly ridge?: number
}

/** A loss with fitted weights, and the quality of the fit. */
export interface FittedWeights<L extends string, R extends string> {
  readonly loss: Loss<L, R>
  /** The terms' weights, in their order. */
  readonly weights: readonly { readonly name: string; readonly weight: number }[]
  /** The mean cross-entropy of the judgments, in nats; log 2 is chance level. */
  readonly crossEntropy: number
  /** The mean fraction of people who agree with the loss: the 2AFC score. */
  readonly agreement: number
  readonly certificate: Certificate
}

/** Evidence that no other non-negative weights are better. */
export interface Certificate {
  /** The largest violation of the Karush-Kuhn-Tucker conditions, in units of the terms' differences. */
  readonly kkt: number
  /** The duality gap: the cross-entropy minus a lower bound, the most that other weights could improve. */
  readonly gap: number
  readonly iterations: number
}

const OPTIONS: AcceptedOptions = { ...COMPILE_OPTIONS, ridge: between(0, 1e18) }

/**
 * Fits the weights of a loss to human judgments; a Left says what prevents it.
 *
 * @example pipe(await tryFitWeights(loss, extractor, judgments)(), E.map(({ certificate }) => certificate.gap))
 */
export function tryFitWeights<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [judgments: readonly Judgment<R>[]], FitOptions>
): TE.TaskEither<LossError, FittedWeights<L, R>>
export function tryFitWeights<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  judgments: readonly Judgment<R>[],
  options?: FitOptions,
): TE.TaskEither<LossError, FittedWeights<L, R>>
export function tryFitWeights(...args: readonly unknown[]): TE.TaskEither<LossError, FittedWeights<string, string>> {
  const [loss, ...rest] = args as readonly [AnyLoss, ...unknown[]]
  return toTaskEither(async () => {
    requireLoss('The loss', loss)
    const [extractor, judgments, options] = argumentsOf<Judgment<string>>(rest)
    checkOptions('fitWeights', options, OPTIONS)
    return fit(loss, extractor, judgments, options)
  })
}

/**
 * Fits non-negative weights of a loss to human judgments: minimizes the cross-entropy of P(second preferred) = logistic(loss(first) - loss(second)).
 *
 * The current weights are ignored; a term that does not help stays with weight 0. Deterministic.
 *
 * @throws LossException (as a rejected promise) `NoFit` if the judgments do not determine the weights, or larger weights always fit better (pass a `ridge`
 * then); `NoWeight` for a term that is equal for both distortions of every judgment, or not finite; `BadArgument` for fractions outside [0, 1]; and the errors of
 * `compile` and the compiled loss.
 * Source: Zhang et al., 2018, sections 3 and 4, whose network in place of the logistic function is left out (Bradley and Terry, 1952).
 * @example const { loss, certificate } = await fitWeights(sum(mse(featureAt('block2_conv2')), mae(pixels)), await vgg16(), [{ reference, first, second, preferSecond: 0.8 }], { ridge: 1e-3 })
 */
export function fitWeights<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [judgments: readonly Judgment<R>[]], FitOptions>
): Promise<FittedWeights<L, R>>
export function fitWeights<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  judgments: readonly Judgment<R>[],
  options?: FitOptions,
): Promise<FittedWeights<L, R>>
export async function fitWeights(...args: readonly unknown[]): Promise<FittedWeights<string, string>> {
  return getOrThrow(await (tryFitWeights as (...args: readonly unknown[]) => TE.TaskEither<LossError, FittedWeights<string, string>>)(...args)())
}

const fit = async (
  loss: AnyLoss,
  extractor: AnyExtractor | undefined,
  judgments: readonly Judgment<string>[],
  { ridge = 0, ...options }: FitOptions,
): Promise<FittedWeights<string, string>> => {
  needSamples('The judgments', judgments, 'at least one { reference, first, second, preferSecond }', ['first', 'second'])
  const fractions = judgments.map(({ preferSecond }, i) => fraction(preferSecond, i))
  const f = getOrThrow(compileAny(loss, extractor, options))
  const names = getOrThrow(planLoss(loss, extractor)).terms.map(({ name }) => name)
  if (names.length === 0) throw new LossException({ _tag: 'BadArgument', name: 'The loss', received: 'a loss without terms', expected: 'at least one term' })
  const rows: (readonly number[])[] = []
  for (const [i, judgment] of judgments.entries()) rows.push(await differences(f, judgment, i))
  f.dispose()
  const found = fitLogistic(rows, fractions, ridge)
  if (found._tag === 'Left') throw new LossException(problem(found.left, names))
  return answer(loss, names, found.right)
}

const answer = (loss: AnyLoss, names: readonly string[], { weights, crossEntropy, agreement, kkt, gap, iterations }: LogisticFit): FittedWeights<string, string> => ({
  loss: withTermWeights(loss, weights),
  weights: names.map((name, i) => ({ name, weight: weights[i] ?? 0 })),
  crossEntropy,
  agreement,
  certificate: { kkt, gap, iterations },
})

const fraction = (value: number, i: number): number => {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new LossException({
      _tag: 'BadArgument',
      name: `preferSecond of judgment ${String(i + 1)}`,
      received: formatValue(value),
      expected: 'a fraction from 0 to 1',
    })
  return value
}

/** The difference of the two distances, by each term. */
const differences = async (f: CompiledLoss<string>, { reference, first, second }: Judgment<string>, at: number): Promise<readonly number[]> => {
  const prepared = f.prepare(reference)
  try {
    const [a, b] = [await prepared.breakdown(first), await prepared.breakdown(second)]
    return a.map(({ name, unweighted }, i) => {
      const difference = unweighted - (b[i]?.unweighted ?? Number.NaN)
      if (Number.isFinite(difference)) return difference
      throw new LossException({
        _tag: 'NoWeight',
        term: name,
        reason: `it is ${String(unweighted)} and ${String(b[i]?.unweighted)} in judgment ${String(at + 1)}; pass pictures with finite values`,
      })
    })
  } finally {
    prepared.dispose()
  }
}

const problem = (found: LogisticProblem, names: readonly string[]): LossError => {
  const listed = (terms: readonly number[]): string => terms.map((i) => names[i] ?? '').join(', ')
  switch (found._tag) {
    case 'Constant':
      return { _tag: 'NoWeight', term: listed([found.term]), reason: 'both distortions of every judgment have equal values; remove the term, or pass a ridge' }
    case 'Undetermined':
      return {
        _tag: 'NoFit',
        reason: `many weights of ${listed(found.terms)} explain the judgments equally well; pass more judgments, remove a term, or pass a ridge such as { ridge: 1e-3 }`,
      }
    case 'Unbounded':
      return {
        _tag: 'NoFit',
        reason: `larger weights of ${listed(found.terms)} always explain the judgments better, so no best weights exist; pass judgments in which people disagree with these terms, or pass a ridge such as { ridge: 1e-3 }`,
      }
    case 'NotConverged':
      return { _tag: 'NoFit', reason: `the solver stopped at a KKT residual of ${String(found.kkt)}; pass a ridge such as { ridge: 1e-3 }` }
  }
}
