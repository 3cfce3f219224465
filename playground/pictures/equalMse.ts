/** Distortions of equal mean squared error: a picture with brighter middle tones, a blurred one, and all mixtures of both. */
import type { Picture } from '../engine/protocol.js'

/** The root mean square of the error, of 255. */
const ERROR = 18

/** A value with an error, as a pixel stores it. */
const stored = (value: number, error: number): number => Math.min(255, Math.max(0, Math.round(value + error)))

const isAlpha = (i: number): boolean => i % 4 === 3

/** The mean squared error that an error has after rounding and clipping. */
const mseOf = ({ data }: Picture, error: Float32Array, scale: number): number => {
  let sum = 0
  for (let i = 0; i < data.length; i++) if (!isAlpha(i)) sum += (stored(data[i] ?? 0, scale * (error[i] ?? 0)) - (data[i] ?? 0)) ** 2
  return sum / ((3 * data.length) / 4)
}

/** The scale at which the error has the wanted mean squared error, by bisection: clipping takes part of it away. */
const scaleFor = (picture: Picture, error: Float32Array): number => {
  let [least, most] = [0, 16]
  for (let i = 0; i < 16; i++) {
    const middle = (least + most) / 2
    if (mseOf(picture, error, middle) < ERROR ** 2) least = middle
    else most = middle
  }
  return most
}

/** An error with the root mean square of all of them. */
const errorOf = ({ data }: Picture, at: (value: number, i: number) => number): Float32Array => {
  const error = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) if (!isAlpha(i)) error[i] = at(data[i] ?? 0, i)
  const size = Math.sqrt(error.reduce((sum, value) => sum + value * value, 0) / ((3 * data.length) / 4)) || 1
  return error.map((value) => (ERROR * value) / size)
}

/** The distorted picture: brighter at 0, blurred at 1, a mixture between them; its mean squared error is always the same. */
export const equalMse = (picture: Picture, blurred: Picture, mix: number): Picture => {
  const { width, height, data } = picture
  // A tone curve: black and white stay, so that nothing is clipped.
  const brighter = errorOf(picture, (value) => value * (255 - value))
  const blur = errorOf(picture, (value, i) => (blurred.data[i] ?? 0) - value)
  const error = brighter.map((value, i) => (1 - mix) * value + mix * (blur[i] ?? 0))
  const scale = scaleFor(picture, error)
  const distorted = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i++) distorted[i] = isAlpha(i) ? 255 : stored(data[i] ?? 0, scale * (error[i] ?? 0))
  return { width, height, data: distorted }
}
