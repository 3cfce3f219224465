/**
 * How many bytes a compiled loss takes at most, found out by running it on small pictures.
 *
 * What a step holds is what its segments keep, what each kernel of this backend takes for a moment, and what metrics of anyone hold: all of it is counted, for it is
 * run. It grows in proportion to the pictures, but for a part that does not grow: two sizes tell both. (A metric that compares all points with all others grows faster:
 * its estimate is too low.)
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException, type LossError } from '../errors/error.js'
import type { Shape } from '../errors/shape.js'
import type { CompiledLoss } from '../compile/compiledLoss.js'

/** Bytes besides the weights of the network and the pictures themselves. */
export interface PeakMemory {
  /** At the peak of a step (value and gradient) that looks at the references anew. */
  readonly fresh: number
  /** At the peak of a step with prepared references, what they hold included. */
  readonly prepared: number
  /** What prepared references hold between steps. */
  readonly held: number
}

/** The side of the smaller of two small pictures; networks halve both without a remainder. */
const SMALL = 64

/** The peak for pictures of a shape: measured where they are small, worked out from two small sizes where they are not; larger ones where the loss looks at no smaller. */
export const peakMemory = async (f: CompiledLoss<string>, shape: Shape, small = SMALL): Promise<PeakMemory> => {
  const [batch = 1, height = 1, width = 1] = shape
  const [area, large] = [height * width, 1.5 * small]
  if (area <= large * large || Math.min(height, width) < small) return measure(f, [batch, height, width, 3])
  try {
    const [one, other] = [await measure(f, [1, small, small, 3]), await measure(f, [1, large, large, 3])]
    const at = (of: (memory: PeakMemory) => number): number => {
      const slope = (of(other) - of(one)) / (large ** 2 - small ** 2)
      return Math.round(batch * (of(one) + slope * (area - small ** 2)))
    }
    return { fresh: at(({ fresh }) => fresh), prepared: at(({ prepared }) => prepared), held: at(({ held }) => held) }
  } catch (error) {
    if (error instanceof LossException && TOO_SMALL.includes(error.error._tag)) return peakMemory(f, shape, 2 * small)
    throw error
  }
}

/** What a loss says of pictures that are too small for it. */
const TOO_SMALL: readonly LossError['_tag'][] = ['TooSmall', 'UnfitSize', 'WrongFeatureShape']

/** The peak of one step, and what it holds. */
const measure = async (f: CompiledLoss<string>, shape: [number, number, number, number]): Promise<PeakMemory> => {
  const image = tf.fill<tf.Rank.R4>(shape, 0.5)
  const references = Object.fromEntries(f.plan.references.map(({ name }) => [name, image]))
  try {
    const fresh = await peak((x) => f(references, x), image)
    const before = tf.memory().numBytes
    const prepared = f.prepare(references)
    const held = tf.memory().numBytes - before
    const step = await peak((x) => prepared(x), image)
    prepared.dispose()
    return { fresh, prepared: held + step, held }
  } finally {
    image.dispose()
  }
}

/** The most bytes that a value and its gradient take besides those that are there. */
const peak = async (f: (x: Tensor4D) => tf.Scalar, image: Tensor4D): Promise<number> => {
  const before = tf.memory().numBytes
  let most = before
  const { result } = await tf.profile(() => {
    onEachKernel((bytes) => (most = Math.max(most, bytes)))
    return Object.values(tf.valueAndGrad(f as (x: tf.Tensor) => tf.Scalar)(image))
  })
  tf.dispose(result)
  return most - before
}

/**
 * Reports the bytes after each kernel of the running profile, in place of the profile's list of kernels. TensorFlow.js passes that whole list to `Math.max` as
 * arguments, which overflows the stack at about 100,000 kernels: a loss of some 3,000 terms.
 */
const onEachKernel = (report: (bytes: number) => void): void => {
  const { kernels } = (tf.engine().state as unknown as { readonly activeProfile: { readonly kernels: { totalBytesSnapshot: number }[] } }).activeProfile
  kernels.push = (...run) => {
    for (const { totalBytesSnapshot } of run) report(totalBytesSnapshot)
    return 0
  }
}
