/**
 * Windows of poolings and convolutions: where they are, and the pictures that they cover.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { cutTo, filledTo } from '../../core/tensors/sized.js'

/** 1 where a value of x equals the maximum in y, and 0 elsewhere. Shapes broadcast. */
export type EqualsMaximum = (x: Tensor, y: Tensor) => Tensor

/** The gradients of pooling over windows that may overlap. */
export interface Overlaps {
  /** Of the maxima y of x: ties share a window's gradient equally. */
  readonly ofMaximum: (dy: Tensor4D, x: Tensor4D, y: Tensor4D, window: PoolingWindow) => Tensor4D
  /** Of the sums over windows of an image of the shape `from`. */
  readonly ofSum: (dy: Tensor4D, from: readonly number[], window: PoolingWindow) => Tensor4D
}

/** Both sides of an image, or counts along both. */
export type Sides = readonly [height: number, width: number]

/** The number of windows along a side. With 'ceil' rounding the last may reach over the edge, but starts before it. */
export const windowsAlong = (side: number, { size, stride, rounding }: PoolingWindow): number => {
  const whole = Math.max(0, Math.floor((side - size) / stride) + 1)
  return rounding === 'ceil' && side - size > (whole - 1) * stride && whole * stride < side ? whole + 1 : whole
}

/** The number of windows along both sides. */
export const counts = ([, height, width]: Tensor4D['shape'], window: PoolingWindow): Sides => [windowsAlong(height, window), windowsAlong(width, window)]

/** The smallest float32, for padding that is never a maximum. (WebGL has no infinity.) */
export const LOWEST = -3.4028234663852886e38

/** The picture, cut or filled so that windows cover it exactly. */
export const covered = (x: Tensor4D, window: PoolingWindow, fill: number): Tensor4D => {
  const [rows, columns] = counts(x.shape, window)
  const span = (windows: number): number => (windows - 1) * window.stride + window.size
  return sized(x, [span(rows), span(columns)], fill)
}

/** The picture, cut or filled at the end to these sides. */
export const sized = (x: Tensor4D, [height, width]: Sides, fill: number): Tensor4D => {
  const [, rows, columns] = x.shape
  return filledTo(cutTo(x, [Math.min(height, rows), Math.min(width, columns)]), [height, width], fill)
}

/** A pooling's window. */
export interface PoolingWindow {
  readonly size: number
  readonly stride: number
  /** 'floor': positions that fill no whole window are dropped; 'ceil': they get a window that ends at the image's edge. */
  readonly rounding: 'floor' | 'ceil'
}

/** The largest side of a pooling window whose ties our kernels find: its positions are bits of one number (overlappingMaxGradient.c). */
export const LARGEST_COMPARED = 5

/** The padding of a convolution: 'same' keeps the size at stride 1; a number is the pixels on each side. */
export type Padding = 'same' | number

/** A convolution's window. */
export interface Window {
  readonly stride: number
  readonly padding: Padding
  /** Its maps are small compared with its filter (AlexNet's last: 15 x 15 for pictures of 256 x 256), so reading a larger, transformed filter takes as long as fewer products save. */
  readonly smallMaps?: true
}

/** Whether a convolution with a square filter of this side keeps the size of its input. */
export const keepsSize = ({ stride, padding }: Window, taps: number): boolean => stride === 1 && (padding === 'same' || 2 * padding + 1 === taps)

/** The zeros on each side of a convolution's input; undefined where TensorFlow's 'same' may put more of them after it than before. */
export const symmetricPadding = ({ stride, padding }: Window, taps: number): number | undefined => {
  if (padding !== 'same') return padding
  return stride === 1 && taps % 2 === 1 ? (taps - 1) / 2 : undefined
}

/** The outputs of a convolution along a side, with `before` zeros on both ends. */
export const outputsAlong = (side: number, taps: number, stride: number, before: number): number => Math.floor((side + 2 * before - taps) / stride) + 1

/** Pads each picture with zeros by this many pixels on each side. */
export const padded = (x: Tensor4D, pixels: number): Tensor4D => {
  const around: [number, number] = [pixels, pixels]
  return pixels === 0 ? x : tf.pad(x, [[0, 0], around, around, [0, 0]])
}
