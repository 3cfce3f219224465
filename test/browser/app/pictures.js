/** Two pictures made by formula in whole numbers, so that every machine makes the same: 32 x 32 RGB, 0 to 255. */
export const SIDE = 32

const picture = (value) =>
  Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3)
    return value(pixel % SIDE, Math.floor(pixel / SIDE), at % 3)
  })

/** Ramps, one direction a channel. */
export const target = picture((x, y, channel) => [8 * x, 8 * y, 4 * (x + y)][channel])

/** The ramps under a pattern. */
export const prediction = picture((x, y, channel) => ([8 * x, 8 * y, 4 * (x + y)][channel] + 37 * ((x * y) % 5) + 11 * channel) % 256)
