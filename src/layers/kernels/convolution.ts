/**
 * Convolution + bias, and ReLU, as differentiable steps with frozen weights.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Convolver } from './convolver.js'
import { kernels } from './kernelsInUse.js'
import { phasedGradient, type Gradient } from './phasedGradient.js'
import { requireSaved, type Step, type TiesBy } from './step.js'
import { turnedFilter } from './turnedFilter.js'
import type { Shape } from '../../core/errors/shape.js'
import { keepsSize, type Window } from './windows.js'

/** A convolution with frozen weights and its gradient; its tensors stay on the backend until `dispose`. */
export interface FrozenConvolution {
  /** Convolution + bias, then optionally ReLU. */
  readonly run: Convolver['run']
  readonly runSome?: Convolver['runSome']
  /** The gradient in an input of the shape `from`, from the gradient in the convolution's output. */
  readonly inputGradient: (dy: Tensor4D, from: Shape) => Tensor4D
  readonly dispose: () => void
}

/** Makes the weights' tensors: a filter [height, width, in, out] (HWIO) and a bias [out]. */
export interface ConvolutionNumbers {
  readonly filter: () => Tensor4D
  readonly bias: () => Tensor1D
}

/**
 * Puts a convolution onto the backend, which copies the weights it needs. The gradient's filter follows with the first gradient: for AlexNet it is two thirds of the work, which a value alone
 * does not need.
 *
 * `tiesBy`: how a max pooling after it finds ties. Before some of them the plain kernel runs even if there is a faster one; the gradient always uses the faster one.
 */
export const frozenConvolution = (numbers: ConvolutionNumbers, window: Window, tiesBy: TiesBy | undefined): FrozenConvolution => {
  const { run, runSome, dispose } = made(() => {
    const { convolver, fastConvolver = convolver } = kernels()
    return (isPlainBefore(tiesBy) ? convolver : fastConvolver)(numbers.filter(), numbers.bias(), window)
  })
  let gradient: Gradient | undefined
  return {
    run,
    ...(runSome === undefined ? {} : { runSome }),
    inputGradient: (dy, from) => {
      gradient ??= made(() => gradientOf(numbers.filter(), window))
      return gradient.run(dy, from)
    },
    dispose: () => {
      dispose()
      gradient?.dispose()
    },
  }
}

/** Frees temporary tensors; those that stay are kept by `tf.keep`. `tf.tidy`'s type allows only tensors as results. */
const made = <A>(make: () => A): A => tf.tidy(make as unknown as () => tf.TensorContainer) as unknown as A

/** Whether a convolution before a max pooling that finds ties this way must use the plain kernel on this backend, not the faster one. */
export const isPlainBefore = (tiesBy: TiesBy | undefined): boolean => tiesBy !== undefined && kernels().fastBefore?.includes(tiesBy) !== true

/** Whether max pooling that finds ties this way compares receptive fields on this backend. */
export const comparesFields = (tiesBy: TiesBy | undefined): boolean => tiesBy !== undefined && kernels().comparesFields?.includes(tiesBy) === true

/** The gradient as a convolution, which takes a tenth of the time of backends' naive `Conv2DBackpropInput`. */
const gradientOf = (filter: Tensor4D, window: Window): Gradient => {
  const { convolver, fastConvolver = convolver, gradientConvolver = fastConvolver } = kernels()
  if (!keepsSize(window, filter.shape[0])) return phasedGradient(filter, window)
  const { run, dispose } = gradientConvolver(turnedFilter(filter), undefined, { stride: 1, padding: 'same' })
  return { run: (dy) => run(dy, false), dispose }
}

/** Two convolutions of the same input, the first's `channels` output channels before the second's. The caller disposes of both. */
export const sideBySide = (first: FrozenConvolution, second: FrozenConvolution, channels: number): FrozenConvolution => ({
  run: (x, relu) => tf.tidy(() => tf.concat([first.run(x, relu), second.run(x, relu)], 3)),
  inputGradient: (dy, from) =>
    tf.tidy(() => {
      const of = (start: number, count: number): Tensor4D => tf.slice(dy, [0, 0, 0, start], [-1, -1, -1, count])
      return tf.add(first.inputGradient(of(0, channels), from), second.inputGradient(of(channels, -1), from))
    }),
  dispose: () => undefined,
})

/** Convolution + bias, and ReLU if `relu`; it keeps only the ReLU's output. */
export const convolution = (frozen: () => FrozenConvolution, relu: boolean): Step => ({
  keeps: { input: false, output: relu },
  ready: () => void frozen(),
  forward: (x) => frozen().run(x, relu),
  forwardSome: (x, outputs) => frozen().runSome?.(x, relu, outputs),
  backward: (dy, { y, from }) => tf.tidy(() => frozen().inputGradient(relu ? kernels().reluGradient(dy, requireSaved(y)) : dy, from)),
})

/** A ReLU of its own, for layers whose value before it is also used. */
export const relu: Step = {
  keeps: { input: false, output: true },
  ready: () => undefined,
  forward: (x) => tf.relu(x),
  backward: (dy, { y }) => tf.tidy(() => kernels().reluGradient(dy, requireSaved(y))),
}
