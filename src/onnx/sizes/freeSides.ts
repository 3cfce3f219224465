/**
 * A loss for pictures of any size.
 *
 * The loss is traced at many sizes and the graphs become one (`merged`). Larger and smaller sizes, which nothing is fitted on, confirm it. From the smallest confirmed size on the file
 * holds; it refuses smaller pictures.
 */
import { either as E } from 'fp-ts'
import { describeError } from '../../core/errors/errorMessages.js'
import type { LossError } from '../../core/errors/lossError.js'
import { neededSide } from '../../core/plan/neededSide.js'
import type { TracedLoss } from '../trace/tracedLoss.js'
import { aligned } from './alignGraphs.js'
import { Differs, orDiffers } from './differs.js'
import { expectation, type Least } from './guard.js'
import { merged, type Sample } from './mergeGraphs.js'
import { fittingSizes, largeSizes, SIDES, smallSizes, TYPICAL, type Side, type Size } from './size.js'

/** The sides that are asked for. */
export type AskedSides = Readonly<Record<Side, number | 'any'>>

/** A loss with free sides, and what it expects of sizes. */
export interface FreeLoss {
  readonly loss: TracedLoss
  /** Undefined where every size is accepted. */
  readonly sizes: string | undefined
}

/** Traces at a size. */
export type TraceAt = (size: Size, isFree: boolean) => E.Either<LossError, TracedLoss>

type Attempt = E.Either<LossError, FreeLoss | Differs>

/** The loss with the sides that are 'any' free, and the batch where that works; a Left where a side cannot be free. */
export const withFreeSides = (traceAnew: TraceAt, asked: AskedSides): E.Either<LossError, FreeLoss> => {
  const wanted = SIDES.filter((side) => asked[side] === 'any')
  const given = Object.fromEntries(SIDES.map((side) => [side, asked[side] === 'any' ? TYPICAL[side] : asked[side]])) as unknown as Size
  const trace = tracedOnce(traceAnew, given)
  const attempt = (sides: readonly Side[]): Attempt => attempted(trace, new Set(sides), given)
  const all = attempt([...new Set<Side>(['batch', ...wanted])])
  if (E.isLeft(all)) return all
  if (!(all.right instanceof Differs)) return E.right(all.right)
  if (wanted.length === 0) return E.map((loss: TracedLoss): FreeLoss => ({ loss, sizes: undefined }))(trace(given, false))
  const without = asked.batch === 'any' ? all : attempt(wanted)
  if (E.isLeft(without)) return without
  return without.right instanceof Differs ? E.left(refusal(trace, wanted, given, without.right)) : E.right(without.right)
}

/** Traces one size once: that of the numbers for sides, which every attempt without a free batch begins with, and each side alone. */
const tracedOnce = (trace: TraceAt, once: Size): TraceAt => {
  const known = new Map<boolean, ReturnType<TraceAt>>()
  return (size, isFree) => {
    if (SIDES.some((side) => size[side] !== once[side])) return trace(size, isFree)
    const found = known.get(isFree) ?? trace(size, isFree)
    known.set(isFree, found)
    return found
  }
}

/** Names the sides that cannot be free: those along which the operations differ, or all of them. */
const refusal = (trace: TraceAt, wanted: readonly Side[], given: Size, { message }: Differs): LossError => {
  const alikeAlong = (side: Side): Samples => {
    const free = new Set([side])
    return sampled(trace, fittingSizes(free, given).slice(0, 2), isSized(free))
  }
  const alone = wanted.filter((side) => E.exists((found) => found instanceof Differs)(alikeAlong(side)))
  const sides = alone.length > 0 ? alone : wanted
  const names = sides.length === 1 ? `the ${sides.join()}` : `the ${sides.slice(0, -1).join(', the ')} and the ${sides.at(-1) ?? ''}`
  const what = sides.length === 1 ? 'it' : 'them'
  return { _tag: 'NoOnnxForm', reason: `${names} cannot be 'any', because the loss's operations depend on ${what} (${message}); give a number` }
}

const isSized = (free: ReadonlySet<Side>): boolean => free.has('height') || free.has('width')

/** Errors about a size, which the loss may have at others. */
const ABOUT_SIZE: readonly LossError['_tag'][] = ['TooSmall', 'UnfitSize', 'WrongFeatureShape', 'FeaturesDiffer']

type Samples = E.Either<LossError, readonly Sample[] | Differs>

/** How many samples are compared at once; the rest are when they are merged. */
const EARLY = 4

/** Samples at these sizes, if the first few have the same operations (those of `model`, if given); of those, the first size that has others is the last that is traced. */
const sampled = (trace: TraceAt, sizes: readonly Size[], isFree: boolean, model?: TracedLoss): Samples => {
  const samples: Sample[] = []
  for (const size of sizes) {
    const loss = trace(size, isFree)
    if (E.isLeft(loss)) return loss
    samples.push({ size, loss: loss.right })
    if (samples.length > EARLY) continue
    const isAlike = orDiffers(() => aligned([model ?? samples[0]?.loss ?? loss.right, loss.right]))
    if (isAlike instanceof Differs) return E.right(isAlike)
  }
  return E.right(samples)
}

const attempted = (trace: TraceAt, free: ReadonlySet<Side>, given: Size): Attempt => {
  const samplesAt = (sizes: readonly Size[], model?: TracedLoss): Samples => sampled(trace, sizes, isSized(free), model)
  const fitting = fittingSizes(free, given)
  const [large, ...larger] = isSized(free) ? largeSizes(free, given) : []
  // A large size early, which takes longer than the first two: where they have the same operations, it may have others.
  const samples = samplesAt([...fitting.slice(0, 2), ...(large === undefined ? [] : [large]), ...fitting.slice(2), ...larger])
  // Without free height and width, an error about the size is about the size that was asked for.
  if (E.isLeft(samples)) return isSized(free) && ABOUT_SIZE.includes(samples.left._tag) ? E.right(new Differs(describeError(samples.left))) : samples
  const { right: all } = samples
  if (all instanceof Differs) return E.right(all)
  const found = orDiffers(() => merged(all, free, {}))
  if (found instanceof Differs) return E.right(found)
  return isSized(free) ? fromSmallest(all, samplesAt, free, given) : E.right({ loss: found, sizes: undefined })
}

/** Sides that are tried as the smallest. Where dimensions of 1 or equal ones make a graph simpler, it differs, and larger ones are tried. */
const SMALLEST = [1, 2, 3, 5, 8, 11, 16, 17, 24, 32, 33, 48, 64, 96, 128, 160, 192, 256]

/** The loss from the smallest side on that confirms it. */
const fromSmallest = (
  samples: readonly Sample[],
  samplesAt: (sizes: readonly Size[], model?: TracedLoss) => Samples,
  free: ReadonlySet<Side>,
  given: Size,
): Attempt => {
  const fits = (side: number): boolean => E.isRight(samplesAt(smallSizes(free, given, side).slice(0, 1)))
  const needed = neededSide(fits) ?? Infinity
  let last = new Differs('small pictures have other operations')
  for (const side of [needed, ...SMALLEST.filter((one) => one > needed)]) {
    const small = samplesAt(smallSizes(free, given, side), samples[0]?.loss)
    if (E.isLeft(small)) continue
    const { right: some } = small
    const least: Least = Object.fromEntries(SIDES.filter((one) => one !== 'batch' && free.has(one)).map((one) => [one, side]))
    const found = some instanceof Differs ? some : orDiffers(() => merged([...samples, ...some], free, least))
    if (!(found instanceof Differs)) return E.right({ loss: found, sizes: expectation(least) })
    last = found
  }
  return E.right(last)
}
