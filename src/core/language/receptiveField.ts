/**
 * The receptive field of a feature along one side (equal for height and width): position j depends on `size` pixels from `stride * j - before`;
 * pixels outside the picture are the network's padding.
 *
 * Laws: `composeFields` is associative, with `SINGLE_PIXEL` as its identity; a position is in `reachedFrom(span)` exactly when `inputOf` of it meets the span.
 */
import type { Span } from './box.js'

/** The windows of a layer on its input, or of a whole network on the picture. */
export interface ReceptiveField {
  readonly stride: number
  /** How far the first window starts before the first position. */
  readonly before: number
  readonly size: number
}

/** The receptive field of a single pixel. */
export const SINGLE_PIXEL: ReceptiveField = { stride: 1, before: 0, size: 1 }

/** The receptive field of a layer's output, from that of its input. */
export const composeFields = (input: ReceptiveField, { stride, before, size }: ReceptiveField): ReceptiveField => ({
  stride: input.stride * stride,
  before: input.before + input.stride * before,
  size: input.size + input.stride * (size - 1),
})

/** The positions up to `reach` away. */
export const fieldOfReach = (reach: number): ReceptiveField => ({ stride: 1, before: reach, size: 2 * reach + 1 })

/** The input positions that output positions depend on; those outside the picture are padding. */
export const inputOf = ({ stride, before, size }: ReceptiveField, [start, end]: Span): Span => [start * stride - before, (end - 1) * stride - before + size]

/** The output positions that depend on any of these input positions. */
export const reachedFrom = ({ stride, before, size }: ReceptiveField, [start, end]: Span): Span => [
  Math.ceil((start + before - size + 1) / stride),
  Math.floor((end - 1 + before) / stride) + 1,
]
