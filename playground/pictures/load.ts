/** Pictures from files and from the page's samples. */
import type { Picture } from '../engine/protocol.js'
import { atMost } from '../engine/scale.js'
import type { Sample } from './names.js'

/** Larger pictures are reduced to this many pixels when they are read, and the page says so. */
export const MOST_PIXELS = 16e6

/** Files above this are refused before they are read. */
const MOST_BYTES = 64e6

const URLS: Readonly<Record<Sample, URL>> = {
  chelsea: new URL('../../examples/images/chelsea.jpg', import.meta.url),
  coffee: new URL('../../examples/images/coffee.jpg', import.meta.url),
  astronaut: new URL('../../examples/images/astronaut.jpg', import.meta.url),
  rocket: new URL('../../examples/images/rocket.jpg', import.meta.url),
  hubble: new URL('../../examples/images/hubble.jpg', import.meta.url),
  swirls: new URL('../../examples/images/swirls.jpg', import.meta.url),
}

const samples = new Map<Sample, Promise<Picture>>()

/** A sample, loaded once. */
export const loadSample = (name: Sample): Promise<Picture> => {
  const found = samples.get(name) ?? fetchSample(name)
  samples.set(name, found)
  found.catch(() => samples.delete(name))
  return found
}

const fetchSample = async (name: Sample): Promise<Picture> => {
  const response = await fetch(URLS[name])
  if (!response.ok) throw new Error(`The sample picture ${name} did not come: the server said ${String(response.status)}.`)
  return readPicture(await response.blob(), name)
}

/** The picture of a file on white, turned as EXIF says, with at most MOST_PIXELS. */
export const readPicture = async (file: Blob, name: string): Promise<Picture> => {
  if (file.size > MOST_BYTES)
    throw new Error(`${name} has ${String(Math.round(file.size / 1e6))} MB; expected a picture of at most ${String(MOST_BYTES / 1e6)} MB.`)
  const bitmap = await createImageBitmap(file).catch(() => undefined)
  if (bitmap === undefined) throw new Error(`${name} is no picture that this browser reads; expected a PNG, JPEG, WebP, AVIF or GIF.`)
  const size = { width: bitmap.width, height: bitmap.height }
  const { width, height } = atMost(size, MOST_PIXELS)
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser gives the page no canvas, which it needs for pictures.')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const { data } = context.getImageData(0, 0, width, height)
  return { width, height, data, ...(width === size.width ? {} : { reducedFrom: size }) }
}
