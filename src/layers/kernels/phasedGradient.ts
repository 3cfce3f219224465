/**
 * The input gradient of a convolution at any stride and padding, as ONE convolution at stride 1 of the gradient in its output.
 *
 * A position of the (padded) input is stride * q + r. The positions of one phase r get the same part of the filter, W[r + stride * m], from dy[q - m]. So all phases
 * are channels of one convolution of dy, which are then laid out as squares of stride x stride. It costs as much as the forward pass; with zeros between the
 * values of dy it would cost stride ^ 2 times as much.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { kernels } from './kernelsInUse.js'
import type { Shape } from '../../core/errors/shape.js'
import type { Window } from './windows.js'

/** A frozen convolution's input gradient; its tensors stay on the backend until `dispose`. */
export interface Gradient {
  /** The gradient in an input of the shape `from`, from the gradient in the convolution's output. */
  readonly run: (dy: Tensor4D, from: Shape) => Tensor4D
  readonly dispose: () => void
}

/** The input gradient of a convolution with a filter [height, width, in, out], height and width equal. */
export const phasedGradient = (filter: Tensor4D, window: Window): Gradient => {
  const { convolver, fastConvolver = convolver } = kernels()
  const { stride } = window
  const [size] = filter.shape
  const { run, dispose } = fastConvolver(phasedFilter(filter, stride), undefined, { stride: 1, padding: Math.ceil(size / stride) - 1 })
  return {
    run: (dy, from) =>
      tf.tidy(() => {
        const phases = run(dy, false)
        const padded = stride === 1 ? phases : tf.depthToSpace(phases, stride, 'NHWC')
        return unpadded(padded, [before(window, size, dy.shape[1], from[1] ?? 0), before(window, size, dy.shape[2], from[2] ?? 0)], from)
      }),
    dispose,
  }
}

/** The filter of the gradient's convolution, with the phases as channels: [m, m, out, stride * stride * in], m = size / stride, rounded up. */
const phasedFilter = (filter: Tensor4D, stride: number): Tensor4D => {
  const [size, , input, output] = filter.shape
  const taps = Math.ceil(size / stride)
  const side = taps * stride
  const whole = tf.pad(filter, [[0, side - size], [0, side - size], [0, 0], [0, 0]]) // prettier-ignore
  const rows = tf.reverse(tf.reshape(whole, [taps, stride * side * input * output]), 0)
  const both = tf.reverse(tf.reshape(rows, [side, taps, stride * input * output]), 1)
  const byPhase = tf.transpose(tf.reshape(both, [taps, stride, taps, stride, input, output]), [0, 2, 5, 1, 3, 4])
  return tf.reshape(byPhase, [taps, taps, output, stride * stride * input])
}

/** The padding before the input: TensorFlow's 'same' puts the smaller half there. */
const before = ({ stride, padding }: Window, size: number, outputs: number, side: number): number =>
  padding === 'same' ? Math.floor(Math.max(0, (outputs - 1) * stride + size - side) / 2) : padding

/** The padded input without its padding; zeros at its end, where no window reached. */
const unpadded = (padded: Tensor4D, [top, left]: readonly [number, number], [, height = 0, width = 0]: Shape): Tensor4D => {
  const [, rows, columns] = padded.shape
  const [down, right] = [Math.min(height, rows - top), Math.min(width, columns - left)]
  const inside = tf.slice(padded, [0, top, left, 0], [-1, down, right, -1])
  return down === height && right === width ? inside : tf.pad(inside, [[0, 0], [0, height - down], [0, width - right], [0, 0]]) // prettier-ignore
}
