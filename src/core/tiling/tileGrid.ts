/**
 * How a picture is cut into overlapping tiles, so that each window of each total is whole in the one tile that owns it.
 *
 * A side is cut into strips. A strip's core is a multiple of the alignment (every layer's stride divides it), and each window belongs to the core that it starts in.
 * A strip extends beyond its core by the receptive field of its windows, and starts at a multiple of the alignment, so that strides fall as in the whole picture; the
 * network's padding at a strip's edge affects only windows of other strips, unless it is the picture's edge.
 *
 * Laws: each window is owned once, by a strip that has all pixels of its receptive field; no strip is longer than `longest`.
 */
import type { Span } from '../language/box.js'
import { inputOf, type ReceptiveField } from '../language/receptiveField.js'

/** One total along one side: the receptive field of its positions, the positions per window, and the number of windows. */
export interface Along {
  readonly receptiveField: ReceptiveField
  readonly window: number
  readonly windows: number
}

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
    const owned = along.map(({ receptiveField, windows }): Span => {
      const startingBefore = (edge: number): number => Math.min(Math.max(0, windows), Math.ceil(edge / receptiveField.stride))
      return [startingBefore(k * core), k === count - 1 ? Math.max(0, windows) : startingBefore((k + 1) * core)]
    })
    const needed = along.flatMap((one, i) => (one.windows > 0 ? [fieldOf(one, owned[i] ?? [0, 0])] : []))
    const start = Math.max(0, down(Math.min(side, ...needed.map(([first]) => first)), alignment))
    return { pixels: [start, Math.min(side, Math.max(start + 1, ...needed.map(([, last]) => last)))], owned }
  })
}

/** The pixels in the receptive field of windows, or, without windows, of the nearest one: a network needs some. */
const fieldOf = ({ receptiveField, window, windows }: Along, [first, last]: Span): Span => {
  const from = Math.min(first, windows - 1)
  const to = Math.max(last, from + 1)
  return inputOf(receptiveField, [from, to + window - 1])
}

/** The longest that a strip with a core of this length can be. */
export const longest = (side: number, core: number, alignment: number, along: readonly Along[]): number => {
  const before = Math.max(0, ...along.map(({ receptiveField }) => receptiveField.before))
  const after = Math.max(0, ...along.map(({ receptiveField: { stride, before: left, size }, window }) => (window - 2) * stride + size - left))
  // The last strip may own no window of a total: it then covers the receptive field of the nearest one.
  const nearest = Math.max(0, ...along.map(({ receptiveField: { stride, size }, window }) => (window + 1) * stride + size))
  return Math.min(side, Math.max(core + up(before, alignment) + after, up(nearest, alignment)))
}

/** The totals along height and along width. */
export type AlongBoth = readonly [height: readonly Along[], width: readonly Along[]]

type Sides = readonly [height: number, width: number]

/** The grid with the fewest pixels in all tiles together, each at most `largest`; undefined if no tile is that small. */
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

/** The smallest possible size of a grid's largest tile, in pixels. */
export const smallestTile = ([height, width]: Sides, alignment: number, [high, wide]: AlongBoth): number =>
  longest(height, alignment, alignment, high) * longest(width, alignment, alignment, wide)
