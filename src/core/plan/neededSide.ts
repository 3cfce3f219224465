/** The size that a whole loss needs, for errors about pictures that are too small. */
import type { LossError } from '../errors/lossError.js'

/** The largest side to try: larger needs are not a matter of size. */
const LARGEST = 4096

/** The smallest side of square pictures that fit; undefined if none fits. Assumes that every larger side fits too. */
export const neededSide = (fits: (side: number) => boolean): number | undefined => {
  let high = 1
  while (!fits(high)) {
    if (high >= LARGEST) return undefined
    high *= 2
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) high = middle
    else low = middle
  }
  return high
}

/** The error with the size that the whole loss needs, instead of the first layer or term that does not fit. */
export const withNeededSide = (error: LossError, sides: readonly number[], fits: (side: number) => boolean): LossError => {
  if (error._tag !== 'TooSmall' && error._tag !== 'WrongFeatureShape') return error
  const needed = neededSide(fits)
  if (needed === undefined || Math.min(...sides) >= needed) return error
  return error._tag === 'TooSmall' ? { ...error, minimum: needed } : { ...error, needed }
}
