/** Pictures and films as files. */
import type { Picture } from '../engine/protocol.js'

/** A picture as a PNG file. */
export const pngOf = async ({ width, height, data }: Picture): Promise<Blob> => {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}

/** How long a frame of a film is shown, and the last one, in milliseconds. */
const [SHORT, LONG] = [80, 2000]

/** Pictures of one size as an animated GIF. */
export const gifOf = async (frames: readonly Picture[]): Promise<Blob> => {
  const { GIFEncoder, quantize, applyPalette } = await import('gifenc')
  const gif = GIFEncoder()
  frames.forEach(({ width, height, data }, i) => {
    const palette = quantize(data, 256)
    gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay: i === frames.length - 1 ? LONG : SHORT })
  })
  gif.finish()
  return new Blob([gif.bytes()], { type: 'image/gif' })
}

/** Gives a person the file. */
export const save = (file: Blob, name: string): void => {
  const link = document.createElement('a')
  Object.assign(link, { href: URL.createObjectURL(file), download: name })
  link.click()
  // The browser reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
