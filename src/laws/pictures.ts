/** Image batches of one shape as plain numbers, and the kinds of pairs. */
import type { Accepted } from '../core/arguments/checkOptions.js'

/** [batch, height, width, 3]. */
export type PictureShape = readonly [batch: number, height: number, width: number, channels: number]

/** How two pictures differ. */
export type PairKind = 'identical' | 'near' | 'far' | 'black' | 'constant' | 'saturated' | 'onePixel' | 'signed'

/** The kinds with every value in [0, 1]. */
export const PICTURE_KINDS: readonly PairKind[] = ['identical', 'near', 'far', 'black', 'constant', 'saturated', 'onePixel']

/** The accepted values of the option `kinds`. */
export const KINDS: Accepted = {
  name: `a list of ${[...PICTURE_KINDS, 'signed'].join(', ')}`,
  is: (value) => Array.isArray(value) && value.length > 0 && value.every((kind: PairKind) => kind === 'signed' || PICTURE_KINDS.includes(kind)),
}

/** A reference, a prediction and further pictures, all of one shape. */
export interface Pictures {
  readonly kind: PairKind
  readonly shape: PictureShape
  readonly images: readonly Float32Array[]
}
