/**
 * Compiles a loss into one tidy-wrapped function of tensors over one shared extractor.
 *
 * Laws: f is deterministic; the batch's value is the mean of its samples' values; the breakdown's values add up to it; `prepare(r)(p)` equals `f(r, p)`;
 * the gradient reaches the prediction only; no call leaves a tensor behind.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { either as E } from 'fp-ts'
import { isLeft, left, right } from '../errors/either.js'
import { admission } from './checkInputs.js'
import { aShape, compileArguments } from './compileArguments.js'
import { onBackend } from '../tensors/backend.js'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from './calls.js'
import { getOrThrow, LossException, type LossError } from '../errors/error.js'
import { byTiles, inOnePiece, type Kept } from './evaluation.js'
import { networksOf, type AnyExtractor } from '../language/extractor.js'
import { forms, type Ways } from './outputs.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { checkArgument } from '../arguments/guards.js'
import { planLoss, type Plan } from '../plan/plan.js'
import { rangeWarning, type RangeWarning } from './rangeWarning.js'
import { opByOp, backendStepRunner, type StepRunner } from './stepRunner.js'
import { tilingPlan, type TilingPlan } from '../tiling/totals.js'
import { withoutTape } from '../tensors/engine.js'
import type { Shape } from '../errors/shape.js'
import { type FeatureTable, disposeFeatures, keepFeatures } from '../evaluate/features.js'
import type { CompileOptions, PreparedLoss, CompiledLoss } from './compiledLoss.js'
import { lifetime } from './lifetime.js'

/**
 * Compiles a loss over an extractor; a Left says what does not fit.
 *
 * @example pipe(tryCompile(loss, extractor), E.match(describeError, (f) => f.plan.deepest.join()))
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
  const totals: E.Either<LossError, TilingPlan | undefined> = given.memory === undefined ? right(undefined) : tilingPlan(plan, extractor)
  return isLeft(totals) ? totals : right(fromPlan(plan, extractor, given, totals.right))
}

/**
 * Compiles a loss over an extractor into ONE differentiable function of tensors.
 *
 * Images are float32 [batch, height, width, 3] in `range`. The result is a scalar: the batch mean of the weighted sum of the terms.
 *
 * @throws LossException where `tryCompile` gives a Left; the function it returns throws one for images that do not fit, before any work.
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

/** What was let in: the images, what else may be another in the next call, and what is seen of the references. */
interface Admitted {
  readonly images: Tensor4D
  readonly others: readonly Tensor4D[]
  readonly kept: () => Kept
}

const fromPlan = (plan: Plan, extractor: AnyExtractor | undefined, options: CompileOptions, totals: TilingPlan | undefined): CompiledLoss<string> => {
  const { range = [0, 1], checked = false } = options
  const admit = admission(plan, extractor, range, checked)
  const warn = warner(plan, options)
  const { start, evaluate, heat, tiling } = (totals === undefined ? inOnePiece : byTiles(totals))(plan, extractor, options)
  // In training, a network's weights change between steps; faults and tiles are looked for and looked at on the way.
  const changes = extractor !== undefined && networksOf(extractor).some(({ live }) => live)
  const replay = (): StepRunner => (changes || checked || totals !== undefined ? opByOp : backendStepRunner(plan))
  const waysBy = (by: StepRunner): Ways<Admitted> => ({
    evaluate: ({ kept, images }) => evaluate(kept(), images),
    heat: ({ kept, images }) => heat(kept(), images),
    mean: (admitted, plainly) => by.mean({ ...admitted, step: (images) => plainly({ ...admitted, images }) }),
    samples: (admitted, plainly) => by.samples({ ...admitted, step: (images) => plainly({ ...admitted, images }) }),
  })
  const network = plan.taps.length > 0 ? extractor : undefined
  /** As constants: gradients reach the prediction only. */
  const look = (references: readonly Tensor4D[], masks: readonly Tensor4D[]): readonly FeatureTable[] =>
    onBackend(() =>
      withoutTape(() => {
        const [fixed, over] = [references, masks].map((tensors) => tensors.map((tensor) => tf.clone(tensor)))
        return [fixed ?? [], over ?? [], ...start(fixed ?? [], over ?? [])]
      }),
    )
  if (network !== undefined) onBackend(() => network.ready(plan.taps))

  const compiled = lifetime('The compiled loss')
  const alive = (): void => {
    compiled.check()
    if (network?.isDisposed() === true) throw disposedException(network)
  }

  const afresh = replay()
  compiled.onEnd(afresh.dispose)
  const fresh = forms(
    plan,
    (given: unknown, prediction: unknown): Admitted => {
      alive()
      const images = admit.prediction(prediction)
      const [references, masks] = [admit.references(given), admit.masks(given)]
      admit.fit(images.shape, references.map(shapeOf), masks.map(shapeOf))
      warn(images, references)
      return { images, others: [...references, ...masks], kept: () => keptFrom(look(references, masks)) }
    },
    waysBy(afresh),
  )

  const prepare = (given: unknown): PreparedLoss => {
    alive()
    const [references, masks] = [admit.references(given), admit.masks(given)]
    admit.fitReferences(references.map(shapeOf))
    const tables = onBackend(() => withoutTape(() => keepFeatures(() => look(references, masks))))
    const kept = keptFrom(tables)
    const again = replay()
    const prepared = lifetime('The prepared loss', () => {
      again.dispose()
      disposeFeatures(tables)
      forget()
    })
    const forget = compiled.onEnd(prepared.end)
    const value = forms(
      plan,
      (prediction: unknown): Admitted => {
        alive()
        prepared.check()
        const images = admit.prediction(prediction)
        admit.fit(images.shape, kept.references.map(shapeOf), kept.masks.map(shapeOf))
        warn(images, kept.references)
        return { images, others: [], kept: () => kept }
      },
      waysBy(again),
    )
    return Object.assign(value, { dispose: prepared.end })
  }

  return Object.assign(fresh, { prepare, plan, tiling: forShapes(tiling), dispose: compiled.end })
}

/** Warns once of values outside the range. Checked losses refuse them instead; a network without preprocessing takes any. */
const warner = (plan: Plan, { range = [0, 1], checked = false, preprocess }: CompileOptions) => {
  const warn: RangeWarning = checked || preprocess === 'none' ? () => undefined : rangeWarning(range)
  return (prediction: Tensor, references: readonly Tensor[]): void => {
    warn({ prediction, ...Object.fromEntries(references.map((tensor, i) => [plan.references[i]?.name ?? '', tensor])) })
  }
}

const forShapes =
  <A>(tiling: (shape: Shape) => A) =>
  (shape: Shape): A => {
    checkArgument('The shape of tiling', shape, aShape)
    return tiling(shape)
  }

const keptFrom = ([references, masks, ...started]: readonly FeatureTable[]): Kept => ({ references, masks, started }) as Kept

const shapeOf = ({ shape }: Tensor): Shape => shape

const disposedException = (extractor: AnyExtractor): LossException => {
  const { name } = networksOf(extractor).find((network) => network.isDisposed()) ?? extractor
  return new LossException({ _tag: 'Disposed', what: `The extractor ${name}` })
}
