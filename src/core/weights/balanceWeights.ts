/**
 * Weights chosen by the contributions of the terms on sample pairs.
 *
 * Laws: the terms of a balanced loss contribute in their shares; balancing twice is balancing once; multiplying a term by a positive number changes only the total.
 */
import { COMPILE_OPTIONS } from '../compile/compileArguments.js'
import { anObjectOrList } from '../arguments/guards.js'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { taskEither as TE } from 'fp-ts'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from '../compile/calls.js'
import { type LossError } from '../errors/lossError.js'
import type { AnyExtractor } from '../language/extractor.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { withTermWeights } from './reweighted.js'
import { compileAny } from '../compile/compileAny.js'
import { planLoss } from '../plan/plan.js'
import { argumentsOf, toTaskEither, needSamples } from './samples.js'
import { sharesOf, type Shares } from './shares.js'
import { terms } from '../language/terms.js'
import { requireLoss } from '../language/lossGuards.js'
import { checkOptions, type AcceptedOptions } from '../arguments/checkOptions.js'
import type { CompiledLoss, CompileOptions, Given } from '../compile/compiledLoss.js'
import { getOrThrow, LossException } from '../errors/lossException.js'

/** A reference (or a record of references by name) and a prediction, as for a compiled loss. */
export interface SamplePair<R extends string> {
  readonly reference: Given<R>
  readonly prediction: Tensor
}

/** Options of `balanceWeights`, and of `compile`. */
export interface BalanceOptions extends CompileOptions {
  /** The quantity to balance: the mean absolute value of each term ('value', default), or the mean L2 norm of its gradient in the prediction ('gradient'). */
  readonly by?: 'value' | 'gradient'
  /** The contribution of each term, in any unit: one number per term in order, or by name; a group's share is divided among its terms. Equal by default. */
  readonly shares?: Shares
}

const OPTIONS: AcceptedOptions = {
  ...COMPILE_OPTIONS,
  by: { name: "'value' or 'gradient'", is: (value) => value === 'value' || value === 'gradient' },
  shares: anObjectOrList,
}

/**
 * Sets the weights of a loss so that its terms contribute equally, or in given shares, on sample pairs; a Left says what prevents it.
 *
 * @example pipe(await tryBalanceWeights(loss, extractor, pairs)(), E.match(describeError, show))
 */
export function tryBalanceWeights<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [pairs: readonly SamplePair<R>[]], BalanceOptions>
): TE.TaskEither<LossError, Loss<L, R>>
export function tryBalanceWeights<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  pairs: readonly SamplePair<R>[],
  options?: BalanceOptions,
): TE.TaskEither<LossError, Loss<L, R>>
export function tryBalanceWeights(...args: readonly unknown[]): TE.TaskEither<LossError, AnyLoss> {
  const [loss, ...rest] = args as readonly [AnyLoss, ...unknown[]]
  return toTaskEither(async () => {
    requireLoss('The loss', loss)
    const [extractor, pairs, options] = argumentsOf<SamplePair<string>>(rest)
    checkOptions('balanceWeights', options, OPTIONS)
    return balance(loss, extractor, pairs, options)
  })
}

/**
 * Sets the weights of a loss so that its terms contribute equally, or in given shares, on sample pairs; returns the loss with the new weights.
 *
 * The sum of the contributions does not change, so the learning rate can stay; signs and names stay too. A share of 0 gives a weight of 0.
 *
 * @throws LossException (as a rejected promise) `NoWeight` for a term that is zero on every pair or not finite on one; `BadArgument` for no pairs, a loss without
 * terms, or wrong shares; and the errors of `compile` and the compiled loss.
 * @example const loss = await balanceWeights(sum(mse(featureAt('block3_conv3')), mae(pixels)), await vgg16(), [{ reference, prediction }], { by: 'gradient' })
 * @example await balanceWeights(styleTransfer, extractor, pairs, { shares: { content: 1, style: 10 } })
 */
export function balanceWeights<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [pairs: readonly SamplePair<R>[]], BalanceOptions>
): Promise<Loss<L, R>>
export function balanceWeights<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  pairs: readonly SamplePair<R>[],
  options?: BalanceOptions,
): Promise<Loss<L, R>>
export async function balanceWeights(...args: readonly unknown[]): Promise<AnyLoss> {
  return getOrThrow(await (tryBalanceWeights as (...args: readonly unknown[]) => TE.TaskEither<LossError, AnyLoss>)(...args)())
}

const balance = async (
  loss: AnyLoss,
  extractor: AnyExtractor | undefined,
  pairs: readonly SamplePair<string>[],
  { by = 'value', shares, ...options }: BalanceOptions,
): Promise<AnyLoss> => {
  needSamples('The pairs', pairs, 'at least one { reference, prediction } to measure the terms on', ['prediction'])
  const f = getOrThrow(compileAny(loss, extractor, options))
  const own = terms(loss)
  const names = getOrThrow(planLoss(loss, extractor)).terms.map(({ name }) => name)
  const parts = getOrThrow(sharesOf(names, shares))
  const measured =
    by === 'value'
      ? await valuesOf(f, pairs)
      : await gradientsOf(
          own.map(({ leaf }) => getOrThrow(compileAny(leaf, extractor, options))),
          pairs,
        )
  f.dispose()
  const contributions = measured.map((each, i) => contribution(names[i] ?? '', each, by, parts[i] ?? 0))
  const total = (weights: readonly number[]): number => contributions.reduce((sum, c, i) => sum + Math.abs(weights[i] ?? 0) * c, 0)
  const before = total(own.map(({ weight }) => weight))
  const whole = before > 0 ? before : total(own.map(() => 1))
  return withTermWeights(
    loss,
    own.map(({ weight }, i) => (parts[i] === 0 ? 0 : ((weight < 0 ? -1 : 1) * (parts[i] ?? 0) * whole) / (contributions[i] ?? 1))),
  )
}

/** For each term its absolute values on the pairs, before weights. */
const valuesOf = async (f: CompiledLoss<string>, pairs: readonly SamplePair<string>[]): Promise<readonly (readonly number[])[]> => {
  const rows: (readonly number[])[] = []
  for (const { reference, prediction } of pairs) rows.push((await f.breakdown(reference, prediction)).map(({ unweighted }) => Math.abs(unweighted)))
  return (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? Number.NaN))
}

/** For each term the norms of its gradient on the pairs, before weights. */
const gradientsOf = async (leaves: readonly CompiledLoss<string>[], pairs: readonly SamplePair<string>[]): Promise<readonly (readonly number[])[]> => {
  const all: (readonly number[])[] = []
  for (const f of leaves) {
    const norms: number[] = []
    for (const { reference, prediction } of pairs) {
      const norm = tf.tidy(() => tf.norm(tf.grad((x) => f(reference, x))(prediction)))
      norms.push((await norm.data<'float32'>())[0] ?? Number.NaN)
      norm.dispose()
    }
    f.dispose()
    all.push(norms)
  }
  return all
}

const contribution = (term: string, each: readonly number[], by: 'value' | 'gradient', share: number): number => {
  const what = by === 'value' ? 'value' : 'gradient'
  const broken = each.findIndex((value) => !Number.isFinite(value))
  if (broken >= 0)
    throw new LossException({
      _tag: 'NoWeight',
      term,
      reason: `its ${what} is ${String(each[broken])} on pair ${String(broken + 1)}; pass pictures with finite values`,
    })
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length
  if (mean === 0 && share !== 0)
    throw new LossException({
      _tag: 'NoWeight',
      term,
      reason: `its ${what} is 0 on every pair, so no weight makes it contribute; pass pairs that differ in this term, remove the term, or set its share to 0`,
    })
  return mean
}
