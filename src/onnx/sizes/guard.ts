/** A file that refuses pictures it does not hold for: those of different sizes, and those that are too small. */
import type { GraphOps } from '../trace/graphOps.js'
import type { Traced } from '../trace/traced.js'
import { SIDES, type Side } from './size.js'

/** The least length of sides. */
export type Least = Readonly<Partial<Record<Side, number>>>

/** What a file with free sides expects of its pictures, as its metadata and errors say it. */
export const expectation = (least: Least): string =>
  [...SIDES.flatMap((side) => (least[side] === undefined ? [] : [`${side} of at least ${String(least[side])}`])), 'all pictures of one size'].join(', ')

/**
 * The prediction, if the sizes hold; else the runtime stops with an error that names the node, for it cannot be reshaped to what this asks for then.
 *
 * Runtimes check reshapes wherever they compute them; they do not check indices everywhere.
 */
export const guarded = (ops: GraphOps, prediction: Traced, others: readonly Traced[], least: Least): Traced => {
  const shape = (x: Traced): Traced => ops.node('Shape', [x], { type: 'int64', shape: [4] })
  const sides = (x: Traced): Traced => ops.slice(shape(x), [0], [3])
  const truth = { type: 'bool', shape: [3] } as const
  const minimum = SIDES.map((side) => least[side] ?? 0)
  const conditions = [
    ...(minimum.some((side) => side > 1) ? [ops.node('GreaterOrEqual', [sides(prediction), ops.integers(minimum)], truth)] : []),
    ...others.map((other) => ops.node('Equal', [sides(other), sides(prediction)], truth)),
  ]
  const [first, ...rest] = conditions
  if (first === undefined) return prediction
  const all = rest.reduce((sofar, one) => ops.node('And', [sofar, one], truth), first)
  const isFit = ops.node('ReduceMin', [ops.cast(all, 'int32')], { type: 'int32', shape: [] }, { keepdims: 0 })
  const excess = ops.cast(ops.binary('Sub', ops.scalar(1, 'int32'), isFit), 'int64')
  const target = ops.node('Add', [shape(prediction), excess], { type: 'int64', shape: [4] })
  return ops.named(expectation(least), 'Reshape', [prediction, target], prediction)
}
