/** Numbers in [0, 1). */
export type Next = () => number

/** The same numbers for the same seed on every machine (a 32-bit mixer by multiplication and shifts). */
export const random = (seed: number): Next => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
