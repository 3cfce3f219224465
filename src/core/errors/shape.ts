/** Shapes of tensors. */
/** The sizes of a tensor, outermost first; for an image batch [batch, height, width, channels]. */
export type Shape = readonly number[]

/** How many numbers a tensor of this shape has. */
export const elements = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)
