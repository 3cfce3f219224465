/**
 * Preprocessing of pictures for an ONNX network, stated by the caller: a file does not say what its network was trained with.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { isPlainRecord, optionsProblem, type Accepted } from '../core/arguments/checkOptions.js'
import { perChannel } from '../core/tensors/perChannel.js'

/** One number for all channels, or one for each. */
export type PerChannel = number | readonly [number, number, number]

/** A picture's numbers as a network expects them: (white * RGB - mean) / std. */
export interface Standardization {
  /** Subtracted from each channel; default 0. */
  readonly mean?: PerChannel
  /** Each channel is divided by it; default 1. */
  readonly std?: PerChannel
  /** The value of white before the mean is subtracted: 1 (default) or 255. */
  readonly white?: 1 | 255
  /** The order of the channels, to which mean and std belong, too; default 'rgb'. */
  readonly channels?: 'rgb' | 'bgr'
}

/**
 * What a network takes: 'imagenet' (torchvision's and timm's mean and standard deviation), 'clip' (OpenAI's), 'unit' (RGB in [0, 1]), numbers of your own,
 * or a differentiable function of RGB in [0, 1] that keeps the shape.
 */
export type OnnxInputFormat = 'imagenet' | 'clip' | 'unit' | Standardization | ((images: Tensor4D) => Tensor4D)

/** Sources: torchvision's `ImageClassification` transforms; `clip/clip.py`, `_transform`. */
const NAMED: Readonly<Record<string, Standardization>> = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  unit: {},
}

const isNumbers = (value: unknown, is: (x: number) => boolean): boolean =>
  [value].flat().every((x) => typeof x === 'number' && Number.isFinite(x) && is(x)) && (!Array.isArray(value) || value.length === 3)

const OPTIONS = {
  mean: { name: 'a number, or three', is: (value: unknown) => isNumbers(value, () => true) },
  std: { name: 'a number other than 0, or three', is: (value: unknown) => isNumbers(value, (x) => x !== 0) },
  white: { name: '1 or 255', is: (value: unknown) => value === 1 || value === 255 },
  channels: { name: "'rgb' or 'bgr'", is: (value: unknown) => value === 'rgb' || value === 'bgr' },
} satisfies Readonly<Record<string, Accepted>>

/** The accepted values of the option `input`. */
export const anInputFormat: Accepted = {
  name: "'imagenet', 'clip', 'unit', an object with any of mean, std, white, channels, or a function of the pictures",
  is: (value) =>
    typeof value === 'function' ||
    (typeof value === 'string' && Object.hasOwn(NAMED, value)) ||
    (isPlainRecord(value) && optionsProblem('input', value, OPTIONS) === undefined),
}

/** The function that prepares RGB in [0, 1]; differentiable. */
export const prepareFor = (input: OnnxInputFormat): ((images: Tensor4D) => Tensor4D) => {
  if (typeof input === 'function') return input
  const { mean = 0, std = 1, white = 1, channels = 'rgb' } = typeof input === 'string' ? (NAMED[input] ?? {}) : input
  const three = (value: PerChannel): readonly number[] => (typeof value === 'number' ? [value, value, value] : value)
  const [gain, offset] = [three(std).map((s) => white / s), three(mean).map((m, i) => -m / (three(std)[i] ?? 1))]
  return (images) => {
    const ordered = channels === 'bgr' ? tf.reverse(images, 3) : images
    const scaled = gain.every((g) => g === 1) ? ordered : perChannel(tf.mul, ordered, tf.tensor1d(gain))
    return offset.every((o) => o === 0) ? scaled : perChannel(tf.add, scaled, tf.tensor1d(offset))
  }
}
