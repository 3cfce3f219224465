/**
 * How many bytes a compiled loss takes at most, found out by running it on small pictures.
 *
 * What a step holds is what its segments keep, what each kernel of this backend takes for a moment, and what metrics of anyone hold: all of it is counted, for it is
 * run. It grows in proportion to the pictures, but for a part that does not grow: two sizes tell both. (A metric that compares all points with all others grows faster:
 * its estimate is too low.)
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { CompiledLoss } from './compile.js'
import type { Shape } from './error.js'

/** Bytes besides the weights of the network and the pictures themselves. */
export interface PeakMemory {
  /** At the peak of a step (value and gradient) that looks at the references anew. */
  readonly fresh: number
  /** At the peak of a step with prepared references, what they hold included. */
  readonly prepared: number
  /** What prepared references hold between steps. */
  readonly held: number
}

/** Sides of the small pictures; networks halve them without a remainder. */
const SMALL = 64
const LARGE = 96

/** The peak for pictures of a shape: measured where they are small, worked out from two small sizes where they are not. */
export const peakMemory = async (f: CompiledLoss<string>, shape: Shape): Promise<PeakMemory> => {
  const [batch = 1, height = 1, width = 1] = shape
  const area = height * width
  if (area <= LARGE * LARGE || Math.min(height, width) < SMALL) return measure(f, [batch, height, width, 3])
  const [small, large] = [await measure(f, [1, SMALL, SMALL, 3]), await measure(f, [1, LARGE, LARGE, 3])]
  const at = (of: (memory: PeakMemory) => number): number => {
    const slope = (of(large) - of(small)) / (LARGE ** 2 - SMALL ** 2)
    return Math.round(batch * (of(small) + slope * (area - SMALL ** 2)))
  }
  return { fresh: at(({ fresh }) => fresh), prepared: at(({ prepared }) => prepared), held: at(({ held }) => held) }
}

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
  const { peakBytes, result } = await tf.profile(() => Object.values(tf.valueAndGrad(f as (x: tf.Tensor) => tf.Scalar)(image)))
  tf.dispose(result)
  return Math.max(0, peakBytes - before)
}
