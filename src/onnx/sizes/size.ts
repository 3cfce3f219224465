/** The sizes of pictures that a loss is traced at. */

/** The sides that a file may leave free, in the order of the axes. */
export const SIDES = ['batch', 'height', 'width'] as const
export type Side = (typeof SIDES)[number]

/** A size of pictures: a number for each side. */
export type Size = Readonly<Record<Side, number>>

/** Consecutive heights and widths: more than twice the longest period (`PERIODS`), so that each form is fitted on one period and confirmed on the next. */
const COUNT = 34

/** Primes that are the sides of nothing else. */
const BATCHES = [11, 13, 17] as const

/** Batches beside other heights and widths: pictures stay small. */
const FEW = [2, 3, 5] as const

/** The first height and width. No half, quarter, ... of one comes near to that of the other, or to a count of channels; a sixteenth still takes SSIM's window. */
const [FIRST_HEIGHT, FIRST_WIDTH] = [300, 420]

/** Widths follow heights in another order (13 and 34 have no common divisor), so that what follows from one does not follow from the other. */
const STRIDE = 13

/** Numbers for sides that are not asked for. */
export const TYPICAL: Size = { batch: 2, height: FIRST_HEIGHT, width: FIRST_WIDTH }

/** The sizes to fit on; sides that are not free have the given numbers. */
export const fittingSizes = (free: ReadonlySet<Side>, given: Size): readonly Size[] => {
  if (!free.has('height') && !free.has('width')) return BATCHES.map((batch) => ({ ...given, batch }))
  return Array.from({ length: COUNT }, (_, i) =>
    only(free, given, { batch: FEW[i % FEW.length] ?? 1, height: FIRST_HEIGHT + i, width: FIRST_WIDTH + ((i * STRIDE) % COUNT) }),
  )
}

/** Larger sizes, upright and lying, which only confirm. */
export const largeSizes = (free: ReadonlySet<Side>, given: Size): readonly Size[] =>
  [
    { batch: 1, height: 1301, width: 811 },
    { batch: 7, height: 702, width: 1603 },
  ].map((size) => only(free, given, size))

/** Sizes from the smallest on, which only confirm. */
export const smallSizes = (free: ReadonlySet<Side>, given: Size, least: number): readonly Size[] =>
  [
    { batch: 3, height: least, width: least + 1 },
    { batch: 1, height: least + 1, width: least },
    { batch: 4, height: least + 3, width: 2 * least + 5 },
    { batch: 6, height: 3 * least + 2, width: least + 2 },
  ].map((size) => only(free, given, size))

const only = (free: ReadonlySet<Side>, given: Size, size: Size): Size => ({
  batch: free.has('batch') ? size.batch : given.batch,
  height: free.has('height') ? size.height : given.height,
  width: free.has('width') ? size.width : given.width,
})
