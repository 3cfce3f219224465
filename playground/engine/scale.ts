/** Pictures at the size at which they are compared. */
import type { Picture, Shaping } from './protocol.js'

/** Width and height, in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

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

/** A rectangle of a picture. */
export interface Part extends Size {
  readonly left: number
  readonly top: number
}

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
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  contextOf(canvas).putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0)
  const { from, to } = placement(picture, size, shaping)
  const drawn = contextOf(new OffscreenCanvas(size.width, size.height))
  drawn.fillStyle = '#fff'
  drawn.fillRect(0, 0, size.width, size.height)
  drawn.imageSmoothingQuality = 'high'
  drawn.drawImage(canvas, from.left, from.top, from.width, from.height, to.left, to.top, to.width, to.height)
  const { data } = drawn.getImageData(0, 0, size.width, size.height)
  return { width: size.width, height: size.height, data }
}

const contextOf = (canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D => {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser cannot draw in workers, which the playground needs to scale pictures.')
  return context
}
