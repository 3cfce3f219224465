/**
 * What a position of a feature sees of the picture, along one side (height and width alike): position j sees the pixels from `stride * j - before` on, `size` of them;
 * what lies outside of the picture is what the network pads.
 *
 * Law: `through` is associative, with `ITSELF` as its identity.
 */

/** Where the windows of a layer stand on its input, or those of a whole network on the picture. */
export interface ReceptiveField {
  readonly stride: number
  /** How far the first window starts before the first position. */
  readonly before: number
  readonly size: number
}

/** A position that sees itself. */
export const SINGLE_PIXEL: ReceptiveField = { stride: 1, before: 0, size: 1 }

/** What is seen through a layer, from what its input sees. */
export const composeFields = (input: ReceptiveField, { stride, before, size }: ReceptiveField): ReceptiveField => ({
  stride: input.stride * stride,
  before: input.before + input.stride * before,
  size: input.size + input.stride * (size - 1),
})

/** The positions up to `reach` away. */
export const fieldOfReach = (reach: number): ReceptiveField => ({ stride: 1, before: reach, size: 2 * reach + 1 })
