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
  const { width, height } = picture
  const rows = meansAlong(picture, r, { lines: height, length: width, line: 4 * width, step: 4 })
  return meansAlong(rows, r, { lines: width, length: height, line: 4, step: 4 * width })
}

/** Where lines of values start, how long they are, and how far apart their values are. */
interface Lines {
  readonly lines: number
  readonly length: number
  readonly line: number
  readonly step: number
}

/** The mean of 2 r + 1 values along a line, by a running sum: large pictures take no longer per pixel. */
const meansAlong = ({ width, height, data: from }: Picture, r: number, { lines, length, line, step }: Lines): Picture => {
  const data = new Uint8ClampedArray(from.length).fill(255)
  for (let i = 0; i < lines; i++)
    for (let channel = 0; channel < 3; channel++) {
      const start = i * line + channel
      const value = (place: number): number => from[start + Math.min(length - 1, Math.max(0, place)) * step] ?? 0
      let sum = 0
      for (let place = -r; place <= r; place++) sum += value(place)
      for (let place = 0; place < length; place++) {
        data[start + place * step] = sum / (2 * r + 1)
        sum += value(place + r + 1) - value(place - r)
      }
    }
  return { width, height, data }
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
