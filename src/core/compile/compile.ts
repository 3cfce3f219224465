/**
 * Compiles a loss into one tidy-wrapped function of tensors over one shared extractor.
 *
 * Laws: f is deterministic; the batch's value is the mean of its samples' values; the breakdown's values add up to it; `prepare(r)(p)` equals `f(r, p)`;
 * the gradient reaches the prediction only; no call leaves a tensor behind.
 */
import type { either as E } from 'fp-ts'
import { checkArgument } from '../arguments/guards.js'
import { isLeft, left, right } from '../errors/either.js'
import { type LossError } from '../errors/lossError.js'
import type { Shape } from '../errors/shape.js'
import { wholeImages } from '../evaluate/wholeImages.js'
import { networksOf, type AnyExtractor } from '../language/extractor.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { planLoss, type Plan } from '../plan/plan.js'
import { onBackend } from '../tensors/backend.js'
import { bytesOf } from '../tiling/byteSize.js'
import { tiledEvaluation, type Tiling } from '../tiling/tiledEvaluation.js'
import { tilingPlan, type TilingPlan } from '../tiling/totals.js'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from './calls.js'
import { inputChecks } from './checkInputs.js'
import { aShape, compileArguments } from './compileArguments.js'
import type { CompiledLoss, CompileOptions } from './compiledLoss.js'
import { lifetime } from './lifetime.js'
import { outputs, type CheckedInputs } from './outputs.js'
import { prepareLoss, type Shared } from './prepare.js'
import { backendStepRunner, opByOp } from './stepRunner.js'
import { getOrThrow, LossException } from '../errors/lossException.js'

/**
 * Compiles a loss over an extractor; a Left says what does not fit.
 *
 * @example pipe(tryCompile(loss, extractor), E.match(describeError, (f) => f.needs.layers.join()))
 */
export function tryCompile<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [], CompileOptions>
): E.Either<LossError, CompiledLoss<R>>
export function tryCompile<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options?: CompileOptions,
): E.Either<LossError, CompiledLoss<R>>
export function tryCompile(...args: readonly unknown[]): E.Either<LossError, CompiledLoss<string>> {
  const [loss, ...rest] = args as readonly [AnyLoss, ...unknown[]]
  const read = compileArguments(loss, rest)
  if (isLeft(read)) return read
  const { extractor } = read.right
  if (extractor?.isDisposed() === true) return left(disposedException(extractor).error)
  const given = (read.right.options ?? {}) as CompileOptions
  const planned = planLoss(loss, extractor)
  if (isLeft(planned)) return planned
  const plan = planned.right
  if (given.memory === undefined) return right(compiledFrom(plan, extractor, given, undefined))
  const tiles = tilingPlan(plan, extractor)
  return isLeft(tiles) ? tiles : right(compiledFrom(plan, extractor, given, tiles.right))
}

/**
 * Compiles a loss over an extractor into ONE differentiable function of tensors.
 *
 * Images are float32 [batch, height, width, 3] in `range`. The result is a scalar: the batch mean of the weighted sum of the terms.
 *
 * @throws LossException where `tryCompile` returns a Left; the compiled function throws one for images that do not fit, before any work.
 * @example
 * const f = compile(sum(mse(featureAt('block3_conv3')), weighted(0.1, mae(pixels))), await vgg16(), { range: [-1, 1] })
 * tf.train.adam().minimize(() => f(target, generator.predict(noise) as tf.Tensor4D))
 */
export function compile<L extends string, R extends string>(loss: WithoutNetwork<L, R>, ...rest: AfterWithoutNetwork<L, [], CompileOptions>): CompiledLoss<R>
export function compile<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options?: CompileOptions,
): CompiledLoss<R>
export function compile(...args: readonly unknown[]): CompiledLoss<string> {
  return getOrThrow((tryCompile as (...args: readonly unknown[]) => E.Either<LossError, CompiledLoss<string>>)(...args))
}

/** A call checks its inputs, computes features, then terms, and reduces them (`outputs.ts`); the step runner runs that op by op or as a graph. */
const compiledFrom = (plan: Plan, extractor: AnyExtractor | undefined, options: CompileOptions, tiles: TilingPlan | undefined): CompiledLoss<string> => {
  const { range = [0, 1], preprocess = 'network', checked = false, memory, progress = () => undefined } = options
  const input = preprocess === 'none' ? 'network' : 'unit'
  const budget = { bytes: bytesOf(memory) ?? 0, report: progress }
  const tiled = tiles === undefined ? undefined : tiledEvaluation(plan, tiles, extractor, { range, input }, budget)
  const evaluation = tiled ?? wholeImages(plan, extractor, { range, input, checked })
  // A checked loss rejects values outside the range; a network without preprocessing takes any.
  const checks = inputChecks(plan, extractor, { range, checked, warns: !checked && preprocess === 'network' })
  // Weights of a network in training change between steps; checks and tiles read values in the middle of a step.
  const runsOpByOp = checked || tiled !== undefined || (extractor !== undefined && networksOf(extractor).some(({ live }) => live))
  const newRunner = () => (runsOpByOp ? opByOp : backendStepRunner(plan))
  const network = plan.taps.length > 0 ? extractor : undefined
  if (network !== undefined) onBackend(() => network.ready(plan.taps))

  const compiled = lifetime('The compiled loss')
  const checkAlive = (): void => {
    compiled.check()
    if (network?.isDisposed() === true) throw disposedException(network)
  }
  const check = (given: unknown, prediction: unknown): CheckedInputs => {
    checkAlive()
    const { images: references, masks } = checks.references(given)
    const images = checks.prediction(prediction, { images: references, masks })
    return { images, others: [...references, ...masks], references: () => evaluation.references(references, masks) }
  }
  const runner = newRunner()
  compiled.onEnd(runner.dispose)
  const shared: Shared = { plan, evaluation, checks, newRunner, checkAlive, compiled }
  return Object.assign(outputs(plan, evaluation, runner, check), {
    prepare: (given: unknown) => prepareLoss(shared, given),
    needs: needsOf(plan),
    tiling: (shape: Shape): Tiling | undefined => {
      checkArgument('The shape of tiling', shape, aShape)
      return tiled?.tiling(shape)
    },
    dispose: compiled.end,
  })
}

const needsOf = ({ taps, references, masks }: Plan): CompiledLoss['needs'] => ({
  layers: [...new Set(taps.map(({ layer }) => layer))],
  references: references.map(({ name }) => name),
  masks,
})

const disposedException = (extractor: AnyExtractor): LossException => {
  const { name } = networksOf(extractor).find((network) => network.isDisposed()) ?? extractor
  return new LossException({ _tag: 'Disposed', what: `The extractor ${name}` })
}
