/** Pictures at the size at which they are compared. */
import type { Picture, Shaping } from './protocol.js'
import { resampled, type Part, type Size } from './resample.js'

/** The size with this longest side at most, in the same proportions. */
export const within = ({ width, height }: Size, side: number): Size => {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The size with this many pixels at most, in the same proportions. */
export const atMost = (size: Size, pixels: number): Size =>
  size.width * size.height <= pixels ? size : within(size, Math.floor(Math.max(size.width, size.height) * Math.sqrt(pixels / (size.width * size.height))))

/** Whether scaling alone, rounded to whole pixels, brings one size to the other. */
export const sameShape = (a: Size, b: Size): boolean =>
  Math.round((a.height * b.width) / a.width) === b.height || Math.round((a.width * b.height) / a.height) === b.width

/** The rectangle in the middle of `outer` with the proportions of `inner`, as large as possible. */
const middleOf = (outer: Size, inner: Size): Part => {
  const scale = Math.min(outer.width / inner.width, outer.height / inner.height)
  const [width, height] = [inner.width * scale, inner.height * scale]
  return { width, height, left: (outer.width - width) / 2, top: (outer.height - height) / 2 }
}

const all = ({ width, height }: Size): Part => ({ width, height, left: 0, top: 0 })

/** Which part of a picture is drawn into which part of a size. */
export const placement = (picture: Size, size: Size, shaping: Shaping): { readonly from: Part; readonly to: Part } => ({
  from: shaping === 'crop' ? middleOf(picture, size) : all(picture),
  to: shaping === 'pad' && !sameShape(picture, size) ? middleOf(size, picture) : all(size),
})

/** The picture at another size; itself if it has that size. Padding is white. */
export const scaled = (picture: Picture, size: Size, shaping: Shaping): Picture => {
  if (picture.width === size.width && picture.height === size.height) return picture
  const { from, to } = placement(picture, size, shaping)
  return placed(resampled(picture, from, { width: Math.max(1, Math.round(to.width)), height: Math.max(1, Math.round(to.height)) }), to, size)
}

/** A picture on white. */
const placed = (picture: Picture, to: Part, size: Size): Picture => {
  if (picture.width === size.width && picture.height === size.height) return picture
  const data = new Uint8ClampedArray(4 * size.width * size.height).fill(255)
  const [left, top] = [Math.round(to.left), Math.round(to.top)]
  for (let y = 0; y < picture.height; y++)
    data.set(picture.data.subarray(4 * y * picture.width, 4 * (y + 1) * picture.width), 4 * ((top + y) * size.width + left))
  return { width: size.width, height: size.height, data }
}
