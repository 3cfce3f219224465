/**
 * How a picture is cut into overlapping tiles, so that each window of each total is whole in the one tile that owns it.
 *
 * A side is cut into strips. A strip's core is a multiple of the alignment (every layer's stride divides it), and each window belongs to the core that it starts in.
 * A strip reaches as far beyond its core as its windows see, and starts at a multiple of the alignment, so that strides fall where they fall in the whole picture; what
 * the network pads at a strip's edge is seen by windows of other strips alone, unless it is the picture's edge.
 *
 * Laws: each window is owned once, by a strip that has all the pixels it sees; no strip is longer than `longest`.
 */
import type { ReceptiveField } from '../language/receptiveField.js'

/** One total along one side: what its positions see, how many of them a window has, and how many windows there are. */
export interface Along {
  readonly sight: ReceptiveField
  readonly window: number
  readonly windows: number
}

/** From a first one up to, not with, the last. */
export type Span = readonly [start: number, end: number]

/** A part of a side, and the windows of each total that it owns. */
export interface Strip {
  readonly pixels: Span
  readonly owned: readonly Span[]
}

/** Rows by columns of tiles. */
export interface Grid {
  readonly rows: readonly Strip[]
  readonly columns: readonly Strip[]
}

const up = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple
const down = (value: number, multiple: number): number => Math.floor(value / multiple) * multiple

/** Cuts a side into strips with cores of this length. */
export const strips = (side: number, core: number, alignment: number, along: readonly Along[]): readonly Strip[] => {
  const count = Math.ceil(side / core)
  return Array.from({ length: count }, (_, k) => {
    const owned = along.map(({ sight, windows }): Span => {
      const startingBefore = (edge: number): number => Math.min(Math.max(0, windows), Math.ceil(edge / sight.stride))
      return [startingBefore(k * core), k === count - 1 ? Math.max(0, windows) : startingBefore((k + 1) * core)]
    })
    const needed = along.flatMap((one, i) => (one.windows > 0 ? [seenBy(one, owned[i] ?? [0, 0])] : []))
    const start = Math.max(0, down(Math.min(side, ...needed.map(([first]) => first)), alignment))
    return { pixels: [start, Math.min(side, Math.max(start + 1, ...needed.map(([, last]) => last)))], owned }
  })
}

/** The pixels that windows see, or, where there are none, those that the nearest one sees: a network needs some. */
const seenBy = ({ sight: { stride, before, size }, window, windows }: Along, [first, last]: Span): Span => {
  const from = Math.min(first, windows - 1)
  const to = Math.max(last, from + 1)
  return [from * stride - before, (to + window - 2) * stride - before + size]
}

/** The longest that a strip with a core of this length can be. */
export const longest = (side: number, core: number, alignment: number, along: readonly Along[]): number => {
  const before = Math.max(0, ...along.map(({ sight }) => sight.before))
  const after = Math.max(0, ...along.map(({ sight: { stride, before: left, size }, window }) => (window - 2) * stride + size - left))
  // At the end of a side may be a strip that owns no window of a total: it has what the nearest one sees.
  const nearest = Math.max(0, ...along.map(({ sight: { stride, size }, window }) => (window + 1) * stride + size))
  return Math.min(side, Math.max(core + up(before, alignment) + after, up(nearest, alignment)))
}

/** The totals along height and along width. */
export type AlongBoth = readonly [height: readonly Along[], width: readonly Along[]]

type Sides = readonly [height: number, width: number]

/** The grid whose tiles, together, have the fewest pixels, each at most `largest`; undefined where no tile is that small. */
export const gridFor = ([height, width]: Sides, alignment: number, [high, wide]: AlongBoth, largest: number): Grid | undefined => {
  let best: { readonly cores: Sides; readonly pixels: number } | undefined
  for (let columns = 1; columns <= Math.ceil(width / alignment); columns++) {
    const core = up(Math.ceil(width / columns), alignment)
    const across = longest(width, core, alignment, wide)
    const most = highestCore(height, alignment, high, Math.floor(largest / across))
    if (most === undefined) continue
    const rows = Math.ceil(height / most)
    const down = up(Math.ceil(height / rows), alignment)
    const pixels = columns * across * rows * longest(height, down, alignment, high)
    if (best === undefined || pixels < best.pixels) best = { cores: [down, core], pixels }
  }
  return best === undefined ? undefined : { rows: strips(height, best.cores[0], alignment, high), columns: strips(width, best.cores[1], alignment, wide) }
}

/** The longest core of strips no longer than `room`. */
const highestCore = (side: number, alignment: number, along: readonly Along[], room: number): number | undefined => {
  if (room >= side) return up(side, alignment)
  const core = down(room - (longest(Infinity, side, alignment, along) - side), alignment)
  return core >= alignment && longest(side, core, alignment, along) <= room ? core : undefined
}

/** The fewest pixels that the tiles of a grid can have at most. */
export const smallestTile = ([height, width]: Sides, alignment: number, [high, wide]: AlongBoth): number =>
  longest(height, alignment, alignment, high) * longest(width, alignment, alignment, wide)
