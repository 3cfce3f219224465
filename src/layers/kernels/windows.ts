/**
 * Positions of pooling windows and their gradients: shared by all implementations.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { cutTo, filledTo } from '../../core/tensors/sized.js'

/** 1 where a value is y's, and 0 elsewhere; no value of x is above y's. Shapes broadcast. */
export type EqualsMaximum = (x: Tensor, y: Tensor) => Tensor

/** The gradients of pooling over windows that overlap. */
export interface Overlaps {
  /** Of the maxima y of x: a window's goes to where its maximum is, in equal shares. */
  readonly ofMaximum: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, window: PoolingWindow) => Tensor4D
  /** Of the sums over windows of an image of the shape `from`. */
  readonly ofSum: (dy: Tensor4D, from: readonly number[], window: PoolingWindow) => Tensor4D
}

/** Both sides of an image, or counts along both. */
export type Sides = readonly [height: number, width: number]

/** How many windows stand along a side. In 'ceil' rounding the last may reach over the edge, but starts before it. */
export const windowsAlong = (side: number, { size, stride, rounding }: PoolingWindow): number => {
  const whole = Math.max(0, Math.floor((side - size) / stride) + 1)
  return rounding === 'ceil' && side - size > (whole - 1) * stride && whole * stride < side ? whole + 1 : whole
}

/** How many windows stand along both sides. */
export const counts = ([, height, width]: Tensor4D['shape'], window: PoolingWindow): Sides => [windowsAlong(height, window), windowsAlong(width, window)]

/** The smallest float32: never the maximum of a window. (Infinity is no number in WebGL.) */
export const LOWEST = -3.4028234663852886e38

/** Cut or filled so that whole windows cover it. */
export const covered = (x: Tensor4D, window: PoolingWindow, fill: number): Tensor4D => {
  const [rows, columns] = counts(x.shape, window)
  const span = (windows: number): number => (windows - 1) * window.stride + window.size
  return sized(x, [span(rows), span(columns)], fill)
}

/** Cut, or filled at the end, to these sides. */
export const sized = (x: Tensor4D, [height, width]: Sides, fill: number): Tensor4D => {
  const [, rows, columns] = x.shape
  return filledTo(cutTo(x, [Math.min(height, rows), Math.min(width, columns)]), [height, width], fill)
}

/** Where a pooling's windows stand along a side; what they do with positions left over is `rounding`. */
export interface PoolingWindow {
  readonly size: number
  readonly stride: number
  /** 'floor': positions that fill no whole window are dropped; 'ceil': they get a window that ends at the image's edge. */
  readonly rounding: 'floor' | 'ceil'
}

/** The largest side of a pooling window whose ties our kernels find: its positions are bits of one number (overlappingMaxGradient.c). */
export const LARGEST_COMPARED = 5

/** The padding of a convolution: so that the size stays (at stride 1), or pixels on each side. */
export type Padding = 'same' | number

/** A convolution's window. */
export interface Window {
  readonly stride: number
  readonly padding: Padding
  /** Its maps are small beside its filter (AlexNet's last: 15 x 15 for pictures of 256 x 256): reading a filter of more numbers takes what fewer products save. */
  readonly smallMaps?: true
}

/** Whether a convolution with a square filter of this side keeps the size of its input. */
export const keepsSize = ({ stride, padding }: Window, taps: number): boolean => stride === 1 && (padding === 'same' || 2 * padding + 1 === taps)

/** The zeros on each side of a convolution's input; undefined where TensorFlow's 'same' may put more of them after it than before. */
export const symmetricPadding = ({ stride, padding }: Window, taps: number): number | undefined => {
  if (padding !== 'same') return padding
  return stride === 1 && taps % 2 === 1 ? (taps - 1) / 2 : undefined
}

/** Pads each picture with zeros by this many pixels on each side. */
export const padded = (x: Tensor4D, pixels: number): Tensor4D => {
  const around: [number, number] = [pixels, pixels]
  return pixels === 0 ? x : tf.pad(x, [[0, 0], around, around, [0, 0]])
}
