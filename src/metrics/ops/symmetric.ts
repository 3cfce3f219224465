import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable, differentiableInAll } from '../../core/tensors/differentiable.js'
import { isSecondOrder } from '../../core/tensors/secondDerivatives.js'

/** An op of two tensors: its value, and the gradient in the second from the gradient in its value and the saved tensors. */
export type OneSided<T extends Tensor> = (
  x: Tensor,
  y: Tensor,
) => { readonly value: T; readonly saved: readonly Tensor[]; readonly gradient: (dy: Tensor, saved: readonly Tensor[]) => Tensor }

/**
 * A symmetric op of two tensors, given by its value and its gradient in the second; the gradient in the first is that of the two exchanged.
 *
 * A reference without gradient costs nothing: the first's part is a separate node with the value 0, which the tape skips if the gradient does not
 * reach it, and which computes the op again if it does (for a network in training). Second derivatives include mixed ones, so for them the
 * op is one node of both.
 */
export const symmetric = <T extends Tensor>(x: Tensor, y: Tensor, op: OneSided<T>): T => {
  if (isSecondOrder()) return ofBoth(x, y, op)
  const value = differentiable<T>(y, (second, save) => {
    const forward = op(x, second)
    save(forward.saved)
    return { value: forward.value, gradient: forward.gradient }
  })
  return tf.add<T>(value, silent(x, y, value.shape, op))
}

const ofBoth = <T extends Tensor>(x: Tensor, y: Tensor, op: OneSided<T>): T => {
  const inSecond = (one: Tensor, other: Tensor, dy: Tensor): Tensor => {
    const { saved, gradient } = op(one, other)
    return gradient(dy, saved)
  }
  return differentiableInAll<T>(
    [x, y],
    ([one = x, other = y]) => op(one, other).value,
    (dy, [one = x, other = y]) => [inSecond(other, one, dy), inSecond(one, other, dy)],
  )
}

/** Zeros of the value's shape, whose gradient in x is the op's. */
const silent = <T extends Tensor>(x: Tensor, y: Tensor, shape: readonly number[], op: OneSided<T>): Tensor =>
  differentiable(x, (first, save) => {
    save([first, y])
    return {
      value: tf.zeros([...shape]),
      gradient: (dy, [one = first, other = y]) => {
        const { saved, gradient } = op(other, one)
        return gradient(dy, saved)
      },
    }
  })
