import { aFunction, aTensor, checkArgument } from '../arguments/guards.js'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isSecondOrder, ownOps, noSecondDerivative } from './secondDerivatives.js'
import { freeTapeAfterFailure } from './engine.js'

/** An op with its own gradient: its value, and the gradient in its input from the gradient in its value and the saved tensors. */
export interface Differentiated<T extends Tensor> {
  readonly value: T
  readonly gradient: (dy: T, saved: readonly Tensor[]) => Tensor
}

/** The forward of an op of one tensor; `save` keeps tensors for the gradient. */
export type Forward<T extends Tensor> = (x: Tensor, save: (tensors: readonly Tensor[]) => void) => Differentiated<T>

/**
 * An op of one tensor with its own gradient: one node on the tape, which keeps only the saved tensors.
 *
 * The forward runs with the tape off. The gradient may use only `dy` and the saved tensors (in the order saved): everything else the forward made is gone.
 *
 * Second derivatives are those of the gradient's formula. The forward runs again for them, with the tape on, so both must be made of ops that have gradients;
 * comparisons and orders go into `detached`. Neither may use other tensors that a gradient is taken in: such an op is `differentiableInAll`.
 */
export const differentiable = <T extends Tensor>(x: Tensor, forward: Forward<T>): T => {
  checkArgument('The tensor of differentiable', x, aTensor)
  checkArgument('The function of differentiable', forward, aFunction)
  if (!isSecondOrder()) return once(x, forward)
  return differentiableInAll<T>(
    [x],
    ([input = x]) => forward(input, forget).value,
    (dy, [input = x]) => {
      let saved: readonly Tensor[] = []
      const { gradient } = forward(input, (tensors) => (saved = tensors))
      return [gradient(dy, saved)]
    },
  )
}

const forget = (): void => undefined

/** An op of several tensors. The gradients, one for each of them, are differentiable functions of `dy` and the inputs, so it has derivatives of every order. */
export const differentiableInAll = <T extends Tensor>(
  inputs: readonly Tensor[],
  value: (inputs: readonly Tensor[]) => T,
  gradients: (dy: T, inputs: readonly Tensor[]) => readonly Tensor[],
): T => {
  const op = tf.customGrad((...args) => {
    const xs = args.slice(0, -1) as Tensor[]
    ;(args.at(-1) as tf.GradSaveFunc)(xs)
    return { value: value(xs), gradFunc: (dy, saved) => orFree(() => [...gradients(dy as T, saved)]) }
  })
  return ownOps.mark(op(...inputs) as T)
}

/** Like `differentiable`, but without second derivatives: computing one throws `NoSecondDerivative`. */
export const differentiableOnce = <T extends Tensor>(x: Tensor, forward: Forward<T>, reason: string): T => {
  if (!isSecondOrder()) return once(x, forward)
  const refuse = noSecondDerivative(reason)
  const op = once<T>(x, (input, save) => {
    let kept: readonly Tensor[] = []
    const { value, gradient } = forward(input, (tensors) => (kept = tensors))
    save([...kept, input])
    return { value, gradient: (dy: T, saved) => refuse([dy, saved.at(-1) ?? dy], () => gradient(dy, saved.slice(0, -1))) }
  })
  return ownOps.mark(op)
}

const once = <T extends Tensor>(x: Tensor, forward: Forward<T>): T => {
  const op = tf.customGrad((input, saver) => {
    const { value, gradient } = forward(input as Tensor, (tensors) => {
      ;(saver as tf.GradSaveFunc)([...tensors])
    })
    return { value, gradFunc: (dy, saved) => orFree(() => gradient(dy as T, saved)) }
  })
  return op(x) as T
}

/** A gradient; if it throws, the tape is freed. */
const orFree = <A>(gradient: () => A): A => {
  try {
    return gradient()
  } catch (error) {
    freeTapeAfterFailure()
    throw error
  }
}
