/** Rows of a tensor by their indices, made of slices: every backend has the gradients of those. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D } from '@tensorflow/tfjs'
import { unfit } from '../graph/unfit.js'
import { size } from '../graph/hostArrays.js'

/** The most pieces that rows are joined of. */
const MAX_RUNS = 1024

/** Takes these indices of an axis from tensors of a shape. */
export const rowsAt = (shape: readonly number[], axis: number, indices: readonly number[]): ((x: Tensor) => Tensor) => {
  const [outer, side, inner] = [size(shape.slice(0, axis)), shape[axis] ?? 0, size(shape.slice(axis + 1))]
  const result = shape.map((one, i) => (i === axis ? indices.length : one))
  const take = taking(side, inner, indices)
  return (x) => tf.reshape(take(tf.reshape(x, [outer, side, inner])), result)
}

const taking = (side: number, inner: number, indices: readonly number[]): ((x: Tensor3D) => Tensor) => {
  const [first = 0, second = first + 1] = indices
  const step = second - first
  if (indices.every((index, i) => index === first + i * step)) {
    if (step > 0) return (x) => every(x, side, inner, first, step, indices.length)
    if (step === -1) return (x) => tf.reverse(tf.slice(x, [0, first - indices.length + 1, 0], [-1, indices.length, -1]), 1)
  }
  const runs = runsOf(indices)
  return (x) => tf.concat(runs.map(({ start, count }) => tf.slice(x, [0, start, 0], [-1, count, -1])), 1) // prettier-ignore
}

/** Every step-th row. */
const every = (x: Tensor3D, side: number, inner: number, first: number, step: number, count: number): Tensor => {
  if (step === 1) return tf.slice(x, [0, first, 0], [-1, count, -1])
  const needed = count * step
  const there = Math.min(needed, side - first)
  const part = tf.slice(x, [0, first, 0], [-1, there, -1])
  const whole = there === needed ? part : tf.pad(part, [[0, 0], [0, needed - there], [0, 0]]) // prettier-ignore
  return tf.slice(tf.reshape(whole, [x.shape[0], count, step * inner]), [0, 0, 0], [-1, -1, inner])
}

/** Neighbours that follow each other. */
const runsOf = (indices: readonly number[]): readonly { readonly start: number; readonly count: number }[] => {
  const runs: { readonly start: number; count: number }[] = []
  for (const index of indices) {
    const last = runs.at(-1)
    if (last !== undefined && last.start + last.count === index) last.count++
    else runs.push({ start: index, count: 1 })
    if (runs.length > MAX_RUNS) return unfit(`more than ${String(MAX_RUNS)} scattered rows`)
  }
  return runs
}
