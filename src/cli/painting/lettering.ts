/**
 * Text as outlines.
 *
 * A fresh machine may have no fonts at all, and SVG text comes out as empty boxes there; these are plain paths.
 */
import { CAPITAL, EM, LETTERS } from './letters.js'

/** The height of a line of text that is `size` pixels large, from the top of a capital to the baseline. */
export const capitalHeight = (size: number): number => (size * CAPITAL) / EM

/** The path (SVG) of a text, the top of its capitals at y, `size` pixels large; a letter that is not there is a question mark. */
export const lettering = (text: string, x: number, y: number, size: number): string => {
  const scale = size / EM
  const baseline = y + capitalHeight(size)
  let left = x
  return Array.from(text, (letter) => {
    const [advance, outline] = LETTERS[letter] ?? LETTERS['?'] ?? [0, '']
    const placed = placedAt(outline, left, baseline, scale)
    left += advance * scale
    return placed
  }).join('')
}

/** An outline at its place: its numbers are pairs of x and y. */
const placedAt = (outline: string, x: number, y: number, scale: number): string => {
  let i = 0
  return outline.replace(/-?\d+/g, (number) => ((i++ % 2 === 0 ? x : y) + Number(number) * scale).toFixed(2))
}
