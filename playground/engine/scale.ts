/** Pictures at the size at which they are compared. */
import type { Picture } from './protocol.js'

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

/** The part of a picture, from its middle, that has the proportions of a size. */
export const covering = (picture: Size, { width, height }: Size): Size & { readonly left: number; readonly top: number } => {
  const scale = Math.min(picture.width / width, picture.height / height)
  const part = { width: width * scale, height: height * scale }
  return { ...part, left: (picture.width - part.width) / 2, top: (picture.height - part.height) / 2 }
}

/** A picture that fills a size: scaled, and cropped where its proportions are others; itself where it has that size. */
export const scaled = (picture: Picture, size: Size): Picture => {
  if (picture.width === size.width && picture.height === size.height) return picture
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  contextOf(canvas).putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0)
  const { left, top, width, height } = covering(picture, size)
  const small = contextOf(new OffscreenCanvas(size.width, size.height))
  small.imageSmoothingQuality = 'high'
  small.drawImage(canvas, left, top, width, height, 0, 0, size.width, size.height)
  const { data } = small.getImageData(0, 0, size.width, size.height)
  return { ...size, data }
}

const contextOf = (canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D => {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser cannot draw in workers, which the playground needs to scale pictures.')
  return context
}
