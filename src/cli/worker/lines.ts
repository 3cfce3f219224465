/**
 * The lines of a text that comes in pieces.
 *
 * Law: the pieces are taken no faster than the lines: what is held is one piece and the beginning of one line.
 */

/** A line, and whether it is complete: the last line of a truncated file is not. */
export interface Line {
  readonly text: string
  readonly ended: boolean
}

/** Longer lines are truncated: they are neither results nor pairs, and must not fill the memory. */
export const LONGEST = 1 << 20

/** Lines of features and statistics are longer: those of 2,048 dimensions have 70 million characters. */
export const LONGEST_OF_FEATURES = 1 << 28

/** The lines, one at a time. */
export async function* linesOf(pieces: AsyncIterable<string>, longest = LONGEST): AsyncGenerator<Line, undefined> {
  let begun = ''
  for await (const piece of pieces) {
    const parts = piece.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      yield { text: shortened(begun + part, longest), ended: true }
      begun = ''
    }
    begun = shortened(begun + last, longest)
  }
  if (begun !== '') yield { text: begun, ended: false }
}

/** One more than the longest, so that what was cut is known by its length. */
const shortened = (line: string, longest: number): string => (line.length > longest ? line.slice(0, longest + 1) : line)
