import { LANES } from '../../../core/tensors/native/nativeVectors.js'

/** How many output channels of a convolution's weights lie side by side, with the longest vectors: outputs are multiples of it. */
export const PANEL = 2 * LANES
