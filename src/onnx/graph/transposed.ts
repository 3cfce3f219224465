/** Transposes tensors of any rank by the fewest axes: backends stop at six. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** A tensor of this shape with its axes in another order; axes of length 1 and axes that stay neighbours are moved together. */
export const transposed = (x: Tensor, shape: readonly number[], order: readonly number[]): Tensor => {
  const long = order.filter((axis) => shape[axis] !== 1)
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1)
  const groups = long.reduce<readonly (readonly number[])[]>((sofar, axis) => {
    const before = sofar.at(-1)
    const follows = before !== undefined && axes.indexOf(axis) === axes.indexOf(before.at(-1) ?? -1) + 1
    return follows ? [...sofar.slice(0, -1), [...before, axis]] : [...sofar, [axis]]
  }, [])
  const result = order.map((axis) => shape[axis] ?? 0)
  const inOrder = [...groups].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
  if (inOrder.length < 2 || inOrder.every((group, i) => group === groups[i])) return tf.reshape(x, result)
  const merged = inOrder.map((group) => group.reduce((product, axis) => product * (shape[axis] ?? 0), 1))
  const moved = tf.transpose(tf.reshape(x, merged), groups.map((group) => inOrder.indexOf(group))) // prettier-ignore
  return tf.reshape(moved, result)
}
