import type { Pixels } from '../../src/node/decodedPicture.js'
import type { Files } from '../worker.js'
import { readPicture } from './numbers.js'

/** The share of the other picture in the second: small, so that the two are as similar as a picture and its compressed copy. */
const OTHER = 0.2

/** A workload's target and a picture like it, as opaque RGBA bytes. */
export const bytePair = ({ target, prediction, side }: Files & { readonly side: number }): { readonly first: Pixels; readonly second: Pixels } => {
  const [a, b] = [readPicture(target), readPicture(prediction)]
  const pixels = (level: (at: number) => number): Pixels => {
    const data = new Uint8Array(4 * side * side).fill(255)
    for (let pixel = 0; pixel < side * side; pixel++)
      for (let channel = 0; channel < 3; channel++) data[4 * pixel + channel] = Math.round(255 * level(3 * pixel + channel))
    return { data, white: 255, height: side, width: side }
  }
  const at = (numbers: Float32Array, i: number): number => numbers[i] ?? Number.NaN
  return { first: pixels((i) => at(a, i)), second: pixels((i) => (1 - OTHER) * at(a, i) + OTHER * at(b, i)) }
}
