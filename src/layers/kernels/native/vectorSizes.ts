/** Vectors of the native ops, as long as the longest (AVX-512's): shapes that fill these are computed on every processor. */

/** How many float32 a vector has: channels are multiples of it. */
export const LANES = 16

/** How many output channels of a convolution's weights lie side by side: outputs are multiples of it. */
export const PANEL = 2 * LANES
