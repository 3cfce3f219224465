/** Vectors of the native ops, as long as the longest (AVX-512's): shapes that fill these are computed on every processor. */
import type { Tensor } from '@tensorflow/tfjs'

/** How many float32 a vector has: channels are multiples of it. */
export const LANES = 16

/** How many axes a tensor of the ops may have. */
const MOST_AXES = 4

/** Whether a tensor's channels fill vectors, and ops can take it. */
export const fillsNativeVectors = (x: Tensor): boolean => (x.shape.at(-1) ?? 0) % LANES === 0 && x.size > 0 && x.rank <= MOST_AXES && x.dtype === 'float32'
