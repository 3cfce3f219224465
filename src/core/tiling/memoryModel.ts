/**
 * The memory of a step as a function of its pixels: proportional to them plus a fixed part, fitted to measurements of two small square pictures.
 */

/** Bytes for tiles of that many pixels, and the reverse, for a batch. */
export interface LinearMemory {
  readonly bytes: (pixels: number, batch: number) => number
  readonly pixels: (bytes: number, batch: number) => number
}

/** The line through the bytes measured at `side` and at one and a half times that side. */
export const linearMemory = (measure: (side: number) => number, side: number): LinearMemory => {
  const larger = (3 * side) / 2
  const [small, large] = [measure(side), measure(larger)]
  const slope = (large - small) / (larger ** 2 - side ** 2)
  const fixed = Math.max(0, small - slope * side ** 2)
  return {
    bytes: (pixels, batch) => Math.ceil(batch * (fixed + slope * pixels)),
    pixels: (bytes, batch) => Math.floor((bytes / batch - fixed) / slope),
  }
}
