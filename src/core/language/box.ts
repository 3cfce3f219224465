/** Ranges of positions along a side, and boxes of them in a picture or a feature. */

/** A half-open range: from the first up to, but without, the last. */
export type Span = readonly [start: number, end: number]

/** A rectangle of positions. */
export interface Box {
  readonly rows: Span
  readonly columns: Span
}

/** The number of positions; 0 for an empty span. */
export const spanLength = ([start, end]: Span): number => Math.max(0, end - start)

/** The positions that both spans have. */
export const intersection = (a: Span, b: Span): Span => [Math.max(a[0], b[0]), Math.min(a[1], b[1])]

/** The smallest span that contains both. */
export const hull = (a: Span, b: Span): Span => [Math.min(a[0], b[0]), Math.max(a[1], b[1])]

/** The part of a span in a side of this length. */
export const within = (span: Span, side: number): Span => intersection(span, [0, side])

/** Whether two boxes have a position in common. */
export const overlap = (a: Box, b: Box): boolean => spanLength(intersection(a.rows, b.rows)) > 0 && spanLength(intersection(a.columns, b.columns)) > 0

/** The smallest box that contains both. */
export const boxHull = (a: Box, b: Box): Box => ({ rows: hull(a.rows, b.rows), columns: hull(a.columns, b.columns) })
