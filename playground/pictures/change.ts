/** Ways to spoil a picture, the same on every machine. */
import type { Picture } from '../engine/protocol.js'
import type { Change } from './names.js'

type Value = (x: number, y: number, channel: number) => number

/** A picture of the same size, given its red, green and blue. */
const drawn = ({ width, height }: Picture, value: Value): Picture => {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 4) {
      for (let channel = 0; channel < 3; channel++) data[to + channel] = value(x, y, channel)
      data[to + 3] = 255
    }
  return { width, height, data }
}

/** The value at a place; beyond an edge that of the edge. */
const at =
  ({ width, height, data }: Picture): Value =>
  (x, y, channel) =>
    data[(Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * 4 + channel] ?? 0

/** The means of 2 r + 1 neighbours, first in a row, then in a column. */
const averaged = (picture: Picture, r: number): Picture => {
  const mean = (of: (i: number) => number): number => {
    let sum = 0
    for (let i = -r; i <= r; i++) sum += of(i)
    return sum / (2 * r + 1)
  }
  const rows = drawn(picture, (x, y, channel) => mean((i) => at(picture)(x + i, y, channel)))
  return drawn(rows, (x, y, channel) => mean((i) => at(rows)(x, y + i, channel)))
}

/** Numbers in [0, 1) that follow from their place alone (xorshift). */
const noise = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const CHANGERS: Readonly<Record<Change, (picture: Picture, scale: number) => Picture>> = {
  same: (picture) => picture,
  blurred: (picture, scale) => averaged(averaged(picture, Math.ceil(scale)), Math.ceil(scale)),
  noisy: (picture) => {
    const random = noise(88_172_645)
    const value = at(picture)
    return drawn(picture, (x, y, channel) => value(x, y, channel) + 60 * (random() + random() - 1))
  },
  shifted: (picture, scale) => drawn(picture, (x, y, channel) => at(picture)(x - Math.ceil(2 * scale), y - Math.ceil(scale), channel)),
  darker: (picture) => drawn(picture, (x, y, channel) => 0.7 * at(picture)(x, y, channel)),
  pixelated: (picture, scale) => {
    const block = 2 * Math.ceil(2 * scale) + 1
    const middle = (i: number): number => Math.floor(i / block) * block + (block - 1) / 2
    const smooth = averaged(picture, (block - 1) / 2)
    return drawn(picture, (x, y, channel) => at(smooth)(middle(x), middle(y), channel))
  },
  posterised: (picture) => drawn(picture, (x, y, channel) => 85 * Math.round(at(picture)(x, y, channel) / 85)),
}

/** The picture, changed; as much of it whatever its size. */
export const changePicture = (picture: Picture, change: Change): Picture => CHANGERS[change](picture, Math.max(picture.width, picture.height) / 256)
