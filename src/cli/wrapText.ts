/** Text in lines that fit a terminal. */
import { stripVTControlCharacters } from 'node:util'

/** Narrower text is harder to read than lines that the terminal breaks. */
const NARROWEST = 20

/** The text wrapped between words, with further lines indented; unchanged without a width. The first line also begins at `indent`. */
export const wrapped = (text: string, columns: number | undefined, indent: number): string => {
  const room = (columns ?? Infinity) - indent
  if (room < NARROWEST) return text
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

/** How many columns a text of several lines takes. */
export const widthOf = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.length),
  )
