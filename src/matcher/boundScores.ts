/**
 * The scores of a picture for its bounds.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { inputChecks } from '../core/compile/checkInputs.js'
import { getOrThrow, LossException } from '../core/errors/lossException.js'
import { planLoss } from '../core/plan/plan.js'
import { compile, type CompiledLoss, type Loss, type Target } from '../index.js'
import type { Background } from './backgrounds.js'
import { holds, type Bound } from './bounds.js'
import { changedDistances } from './changedDistance.js'
import type { PixelPair } from './equalPictures.js'
import type { Received } from './received.js'
import { sharedLoss } from './sharedNetworks.js'
import { spotDifference, spotHeat, spotPair } from './spotDifference.js'

/** A bound, and the measured score. */
export interface Score {
  readonly bound: Bound
  readonly score: number
  readonly within: boolean
}

/** A score from whole pictures. */
export interface WholeScore extends Score {
  /** The background on which the pictures differ most. */
  readonly on: Background
}

/** A score and its bound, as people read them. */
export const scoreText = ({ unit, side, limit }: Bound, score: number): { readonly score: string; readonly bound: string } => ({
  score: `${String(Number(score.toPrecision(4)))}${unit}`,
  bound: `${side} ${String(limit)}${unit}`,
})

const scored = (bound: Bound, distance: number): Score => {
  const score = bound.score(distance)
  return { bound, score, within: holds(bound, score) }
}

/** The scores from what changed alone; undefined where whole pictures are needed, or would not cost more. */
export const scoresOfChange = async (bounds: readonly Bound[], pair: PixelPair): Promise<readonly Score[] | undefined> => {
  const distances = await changedDistances(bounds, pair)
  return distances === undefined ? undefined : bounds.map((bound, i) => scored(bound, distances[i] ?? Number.NaN))
}

/** The scores from whole pictures; the largest distance on any background counts. */
export const scoresOf = async (bounds: readonly Bound[], backgrounds: readonly Background[], checked: boolean): Promise<readonly WholeScore[]> => {
  const scores: WholeScore[] = []
  for (const bound of bounds) {
    const values = await distancesOn(bound, backgrounds, checked)
    const most = values.reduce((a, b) => (b.distance > a.distance ? b : a))
    scores.push({ ...scored(bound, most.distance), on: most.on })
  }
  return scores
}

/**
 * Throws for a picture that these bounds cannot compare, such as one that is too small. The package's own losses say so of its size, and of its values where it is a tensor; a user's
 * loss compares the picture with itself.
 */
export const checkComparable = async (bounds: readonly Bound[], { image, file }: Received): Promise<void> => {
  for (const bound of bounds) {
    if (!bound.builtIn) await distancesOn(bound, [{ reference: image, picture: image }], true)
    else {
      const network = await bound.extractor()
      const checks = inputChecks(getOrThrow(planLoss(bound.loss, network)), network, { range: [0, 1], checked: file === undefined, warns: false })
      await sizedFor(bound, () => Promise.resolve().then(() => checks.prediction(image, checks.references(image))))
    }
  }
}

/** Computes something for a bound; a picture that is too small is said to be so for the bound, not for a layer of its network. */
const sizedFor = async <A>(bound: Bound, compute: () => Promise<A>): Promise<A> => {
  try {
    return await compute()
  } catch (error) {
    if (!bound.builtIn || !(error instanceof LossException) || error.error._tag !== 'TooSmall') throw error
    const remedy = 'Take a larger picture, or choose other bounds, such as { spot: 0.03 }'
    throw new LossException({ ...error.error, name: 'picture', layer: `the bound ${bound.name}`, remedy })
  }
}

/** The distance on each background. */
const distancesOn = async (bound: Bound, backgrounds: readonly Background[], checked: boolean): Promise<readonly Distance[]> => {
  // The loss of a spot reports pictures that cannot be compared.
  const measured =
    bound.spot && !checked ? [] : await sizedFor(bound, () => withCompiled(bound, checked, (f) => Promise.all(backgrounds.map((on) => distanceOf(f, on)))))
  return bound.spot ? Promise.all(backgrounds.map(async (on) => ({ distance: spotDifference(await spotPair(on)), on }))) : measured
}

/** The heat map of a score, [1, height, width, 1]; the caller disposes of it. */
export const heatOf = ({ bound, on }: WholeScore): Promise<Tensor4D> =>
  bound.spot
    ? spotPair(on).then((pair) => tf.tensor4d(spotHeat(pair), [1, pair.height, pair.width, 1]))
    : withCompiled(bound, false, (f) => Promise.resolve(f.heatmap(on.reference, on.picture)))

/**
 * Uses the loss of a bound: the package's own are compiled once per process, a user's for this use. `checked`: whether the pictures may hold values that are not finite or out of
 * range, as only tensors do; a user's loss is always checked.
 */
export const withCompiled = async <A>(bound: Bound, checked: boolean, use: (f: CompiledLoss) => Promise<A>): Promise<A> => {
  if (bound.builtIn) return use(await sharedLoss(`${bound.name}${checked ? ', checked' : ''}`, () => compiledFor(bound, checked)))
  const compiled = await compiledFor(bound, true)
  try {
    return await use(compiled)
  } finally {
    compiled.dispose()
  }
}

const compiledFor = async ({ loss, extractor }: Bound, checked: boolean): Promise<CompiledLoss> => {
  const network = await extractor()
  // If a loss needs layers but has no network, compile says so.
  return network === undefined ? compile(loss as Loss<never, Target>, { checked }) : compile(loss, network, { checked })
}

/** A distance on a background. */
interface Distance {
  readonly distance: number
  readonly on: Background
}

const distanceOf = async (compiled: CompiledLoss, on: Background): Promise<Distance> => {
  const value = compiled(on.reference, on.picture)
  const [distance = Number.NaN] = await value.data()
  value.dispose()
  return { distance, on }
}
