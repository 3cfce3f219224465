/**
 * The peak memory of a step of a compiled loss, measured by running it on small pictures.
 *
 * This counts everything: tensors saved by segments, temporaries of the backend's kernels, and tensors of custom metrics. Memory grows in proportion to the
 * pictures, plus a fixed part, so two sizes determine it. (A metric that compares all points with all others grows faster: its estimate is too low.)
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { CompiledLoss } from '../compile/compiledLoss.js'
import type { Shape } from '../errors/shape.js'
import { peakBytes } from '../tensors/engine.js'
import { linearMemory } from '../tiling/memoryModel.js'

/** Bytes besides the weights of the network and the pictures themselves. */
export interface PeakMemory {
  /** The peak of a step (value and gradient) that also computes the references' features. */
  readonly fresh: number
  /** The peak of a step with prepared references, including what they hold. */
  readonly prepared: number
  /** What prepared references hold between steps. */
  readonly held: number
}

/** The peak for pictures of a shape: measured directly where they are small, from two small sizes otherwise. `small` is the side of the smaller one. */
export const peakMemory = (f: CompiledLoss<string>, shape: Shape, small: number): PeakMemory => {
  const [batch = 1, height = 1, width = 1] = shape
  const area = height * width
  if (area <= (1.5 * small) ** 2 || Math.min(height, width) < small) return measure(f, [batch, height, width, 3])
  const measured = new Map([small, 1.5 * small].map((side) => [side, measure(f, [1, side, side, 3])]))
  const at = (part: keyof PeakMemory): number => linearMemory((side) => measured.get(side)?.[part] ?? 0, small).bytes(area, batch)
  return { fresh: at('fresh'), prepared: at('prepared'), held: at('held') }
}

/** The peak of one step, and what it holds. */
const measure = (f: CompiledLoss<string>, shape: [number, number, number, number]): PeakMemory => {
  const image = tf.fill<tf.Rank.R4>(shape, 0.5)
  const references = Object.fromEntries(f.needs.references.map((name) => [name, image]))
  const step = (x: Tensor4D): tf.Scalar => f(references, x)
  try {
    // The first gradient uploads filters that stay on the backend.
    peakOf(step, image)
    const fresh = peakOf(step, image)
    const before = tf.memory().numBytes
    const prepared = f.prepare(references)
    const held = tf.memory().numBytes - before
    const rest = peakOf((x) => prepared(x), image)
    prepared.dispose()
    return { fresh, prepared: held + rest, held }
  } finally {
    image.dispose()
  }
}

/** The most bytes that a value and its gradient take in addition to those held before. */
const peakOf = (f: (x: Tensor4D) => tf.Scalar, image: Tensor4D): number =>
  peakBytes(() => {
    tf.dispose(Object.values(tf.valueAndGrad(f as (x: tf.Tensor) => tf.Scalar)(image)))
  })
