/**
 * Whether a whole picture was rendered differently: another rasterizer or a shift by a fraction of a pixel changes contours all over a page, a mistake leaves large parts of it as
 * they were, even if it moves all that follows.
 *
 * Law: whether it was depends only on the reference and on where the pictures differ at all.
 */
import type { Box, Span } from '../core/language/box.js'

/** Samples in [0, white], pixel by pixel, `channels` per pixel, of which the first three are colours. */
export interface Samples {
  readonly data: ArrayLike<number>
  readonly white: number
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** Parts of a picture that are counted: squares of this side, those at the right and the bottom as far as they reach. */
interface Parts {
  readonly side: number
  /** Fewer parts with content say nothing. */
  readonly fewest: number
  /** The largest share of the parts with content that a mistake changes. */
  readonly most: number
}

/** A mistake that moves all that follows changes cells all over a page, but leaves large parts of it as they were. Pictures of less than 512 x 512 pixels have too few large parts. */
const LARGE: Parts = { side: 128, fewest: 5, most: 2 / 3 }
const SMALL: Parts = { side: 16, fewest: 50, most: 0.1 }
const SMALLER_THAN = 512 * 512

/** A part has content if a pixel differs from its first one by more than this in red, green or blue. */
const CONTENT = 0.05

/** Whether so large a share of the parts with content differs that no mistake changed them. */
export const isRerendered = (reference: Samples, differs: (part: Box) => boolean): boolean => {
  const { height, width } = reference
  const { side, fewest, most } = height * width < SMALLER_THAN ? SMALL : LARGE
  const parts = spansOf(height, side).flatMap((rows) => spansOf(width, side).map((columns) => ({ rows, columns })))
  const withContent = parts.filter((part) => hasContent(reference, part))
  return withContent.length >= fewest && withContent.filter(differs).length > most * withContent.length
}

const spansOf = (length: number, side: number): readonly Span[] =>
  Array.from({ length: Math.ceil(length / side) }, (_, i) => [i * side, Math.min(length, (i + 1) * side)] as const)

const hasContent = ({ data, white, channels, width }: Samples, { rows, columns }: Box): boolean => {
  const first = (rows[0] * width + columns[0]) * channels
  const [red, green, blue] = [data[first] ?? 0, data[first + 1] ?? 0, data[first + 2] ?? 0]
  const far = CONTENT * white
  for (let row = rows[0]; row < rows[1]; row++) {
    const end = (row * width + columns[1]) * channels
    for (let at = (row * width + columns[0]) * channels; at < end; at += channels) {
      const [r, g, b] = [(data[at] ?? 0) - red, (data[at + 1] ?? 0) - green, (data[at + 2] ?? 0) - blue]
      if (r > far || r < -far || g > far || g < -far || b > far || b < -far) return true
    }
  }
  return false
}
