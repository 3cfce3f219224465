/** Text that cannot steer a terminal, whatever names are in it. */

/** Control characters, separators of lines and paragraphs, and marks that turn the direction of text. */
const STEERING = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** The text on one line, its control characters written as escapes: `\\n`, `\\u001b`. */
export const printable = (text: string): string =>
  text.replace(STEERING, (character) => SHORT.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The same for a text of several lines, which stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')
