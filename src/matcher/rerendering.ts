/**
 * Whether a whole picture was rendered differently: another rasterizer or a shift by a fraction of a pixel changes contours all over a page, a mistake changes a part of it.
 *
 * Law: whether it was depends only on the reference and on where the pictures differ at all.
 */
import type { Box } from '../core/language/box.js'

/** Samples in [0, white], pixel by pixel, `channels` per pixel, of which the first three are colours. */
export interface Samples {
  readonly data: ArrayLike<number>
  readonly white: number
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** Cells of 16 x 16 pixels are counted; parts of cells at the right and the bottom are not. */
const CELL = 16
/** A cell has content if a pixel differs from its first one by more than this in red, green or blue. */
const CONTENT = 0.05
/** Fewer cells with content say nothing. */
const FEWEST = 50
/** The largest part of the cells with content that a mistake changes. */
const MOST = 0.1

/** Whether more than a tenth of the cells with content differ, of at least 50. */
export const isRerendered = (reference: Samples, differs: (cell: Box) => boolean): boolean => {
  let [content, changed] = [0, 0]
  for (const cell of contentCells(reference)) {
    content++
    if (differs(cell)) changed++
  }
  return content >= FEWEST && changed > MOST * content
}

/** The cells with content. */
export const contentCells = (reference: Samples): readonly Box[] => {
  const cells: Box[] = []
  for (let row = 0; row + CELL <= reference.height; row += CELL)
    for (let column = 0; column + CELL <= reference.width; column += CELL)
      if (hasContent(reference, row, column)) cells.push({ rows: [row, row + CELL], columns: [column, column + CELL] })
  return cells
}

const hasContent = ({ data, white, channels, width }: Samples, top: number, left: number): boolean => {
  const first = (top * width + left) * channels
  const [red, green, blue] = [data[first] ?? 0, data[first + 1] ?? 0, data[first + 2] ?? 0]
  const far = CONTENT * white
  for (let row = top; row < top + CELL; row++) {
    const end = (row * width + left + CELL) * channels
    for (let at = (row * width + left) * channels; at < end; at += channels) {
      const [r, g, b] = [(data[at] ?? 0) - red, (data[at + 1] ?? 0) - green, (data[at + 2] ?? 0) - blue]
      if (r > far || r < -far || g > far || g < -far || b > far || b < -far) return true
    }
  }
  return false
}
