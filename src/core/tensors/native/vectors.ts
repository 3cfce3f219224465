/** Which tensors fill the vectors of the native ops. */
import type { Tensor } from '@tensorflow/tfjs'

/** Channels are multiples of this, with the longest vectors (AVX-512's). */
export const LANES = 16

/** How many axes a tensor of the ops may have. */
const MOST_AXES = 4

/** Whether a tensor's channels fill vectors, and the ops can have it. */
export const isOfVectors = (x: Tensor): boolean => (x.shape.at(-1) ?? 0) % LANES === 0 && x.size > 0 && x.rank <= MOST_AXES && x.dtype === 'float32'
