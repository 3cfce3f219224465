/**
 * The contextual similarity of two point clouds in bounded memory: one band of rows of the distance matrix at a time, and again for the gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { differentiable } from '../../core/tensors/differentiable.js'
import { perSampleMean } from '../../core/tensors/perSample.js'
import { distancesOf, vectorsOf, type Vectors } from './cosineDistances.js'

/** How distances become contexts. */
export interface Contexts {
  readonly bandwidth: number
  /** Whether distances are (1 - cos) / 2 rather than 1 - cos. */
  readonly half: boolean
}

/** How many distances are there at a time, in about twenty matrices of 8 MB. */
const BAND = 2 ** 21

/** Keeps the quotient of distances finite. */
const EPSILON = 1e-5

/** The intermediate results for the rows of a band, [rows, points] each; the nearest [rows, 1]. */
interface Band {
  readonly distance: Tensor2D
  readonly nearest: Tensor2D
  readonly context: Tensor2D
}

const bandOf = (rows: Tensor2D, vectors: Vectors, { bandwidth, half }: Contexts): Band => {
  const { distance, nearest } = distancesOf(rows, vectors, half)
  const relative = tf.div(distance, tf.add(nearest, EPSILON))
  return { distance, nearest, context: tf.softmax(tf.div<Tensor2D>(tf.sub(1, relative), bandwidth)) }
}

/** The first row and the number of rows of each band. */
const bands = (rows: number, columns: number): readonly (readonly [number, number])[] => {
  const size = Math.max(1, Math.floor(BAND / columns))
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => [i * size, Math.min(size, rows - i * size)] as const)
}

/** The numbers of a band's rows, as floats in a column. */
const rowNumbers = (first: number, count: number): Tensor2D => tf.reshape(tf.range(first, first + count, 1, 'float32'), [count, 1])

/** The first row that is true in each column: equal points give equal contexts, and of those WebGPU's argMax takes any, the cpu's the first. */
const firstRow = (holds: Tensor2D, first: number): Tensor1D => {
  const [count] = holds.shape
  return tf.min(tf.where(holds, rowNumbers(first, count), tf.fill(holds.shape, first + count)), 0)
}

/** Of unit vectors x and y: for each y, the largest context that an x gives it, and which x that is; [points] each. */
const best = (x: Tensor2D, y: Tensor2D, contexts: Contexts): readonly [Tensor1D, Tensor1D] =>
  tf.tidy(() => {
    const vectors = vectorsOf(y)
    return bands(x.shape[0], y.shape[0]).reduce<readonly [Tensor1D, Tensor1D]>(
      (sofar, [first, count]) => {
        const next = tf.tidy(() => {
          const { context } = bandOf(tf.slice(x, [first, 0], [count, -1]), vectors, contexts)
          const largest = tf.max<Tensor1D>(context, 0)
          const where = firstRow(tf.equal(context, largest), first)
          const better = tf.greater(largest, sofar[0])
          return [tf.maximum<Tensor1D>(largest, sofar[0]), tf.where<Tensor1D>(better, where, sofar[1])] as [Tensor1D, Tensor1D]
        })
        tf.dispose([...sofar])
        return next
      },
      [tf.fill([y.shape[0]], -1), tf.zeros([y.shape[0]])],
    ) as [Tensor1D, Tensor1D]
  })

/** The gradient in a band's similarities, of the sum of the contexts that `chosen` names (by the row that gives each), each times `slope`. */
const inSimilarity = (band: Band, first: number, chosen: Tensor1D, slope: Tensor, { bandwidth, half }: Contexts): Tensor2D => {
  const { distance, nearest, context } = band
  const [count] = distance.shape
  const [isChosen, smallest, isApart] = stopGradient(() =>
    [tf.equal(rowNumbers(first, count), chosen), tf.equal(distance, nearest), tf.greater(distance, 0)].map((mask) => tf.cast(mask, 'float32')),
  ) as [Tensor, Tensor, Tensor]
  const taken = tf.mul(isChosen, context)
  // Softmax, then the quotient of the distance and the row's smallest, which shares its part among equals.
  const inRelative = tf.mul(tf.sub(taken, tf.mul(context, tf.sum(taken, 1, true))), tf.div(tf.neg(slope), bandwidth))
  const scale = tf.add(nearest, EPSILON)
  const inNearest = tf.div(tf.sum(tf.mul(inRelative, distance), 1, true), tf.mul(scale, tf.mul(scale, tf.sum(smallest, 1, true))))
  const inDistance = tf.sub(tf.div(inRelative, scale), tf.mul(smallest, inNearest))
  return tf.mul(tf.mul(inDistance, isApart), half ? -0.5 : -1)
}

/** The gradients in y and in x, one after the other. */
const gradients = (x: Tensor2D, y: Tensor2D, chosen: Tensor1D, slope: Tensor, contexts: Contexts): readonly [Tensor2D, Tensor2D] =>
  tf.tidy(() => {
    const vectors = vectorsOf(y)
    const parts: Tensor2D[] = []
    let inY: Tensor2D = tf.zerosLike(y)
    for (const [first, count] of bands(x.shape[0], y.shape[0])) {
      const [rows, more] = tf.tidy(() => {
        const band = tf.slice(x, [first, 0], [count, -1])
        const slopes = inSimilarity(bandOf(band, vectors, contexts), first, chosen, slope, contexts)
        return [tf.matMul<Tensor2D>(slopes, y), tf.add<Tensor2D>(inY, tf.matMul(tf.transpose(slopes), band))] as [Tensor2D, Tensor2D]
      })
      inY.dispose()
      inY = more
      parts.push(rows)
    }
    return [inY, tf.concat(parts)] as [Tensor2D, Tensor2D]
  })

const samples = (pair: Tensor): readonly Tensor2D[] => tf.unstack(pair) as Tensor2D[]

/** The mean over y's points of the largest context: unit vectors y and x, as a pair [2 batch, points, channels], to [batch]. */
export const bestContexts = (pair: Tensor, contexts: Contexts): Tensor1D =>
  differentiable<Tensor1D>(pair, (input, save) => {
    const all = samples(input)
    const batch = all.length / 2
    const found = stopGradient(() => all.slice(0, batch).map((y, i) => best(all[batch + i] ?? y, y, contexts)))
    const chosen = tf.stack(found.map(([, where]) => where))
    save([input, chosen])
    return {
      value: perSampleMean(tf.stack(found.map(([largest]) => largest))),
      gradient: (dy, [saved = input, rows = chosen]) => {
        const each = samples(saved)
        const slopes = tf.unstack(tf.div(dy, rows.shape[1] ?? 1))
        const which = tf.unstack(rows) as Tensor1D[]
        const parts = each.slice(0, batch).map((y, i) => gradients(each[batch + i] ?? y, y, which[i] ?? tf.zeros([1]), slopes[i] ?? dy, contexts))
        return tf.stack([...parts.map(([inY]) => inY), ...parts.map(([, inX]) => inX)])
      },
    }
  })
