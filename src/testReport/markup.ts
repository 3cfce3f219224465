/**
 * HTML from templates: what is put into one is escaped, unless it is HTML itself.
 *
 * Law: text stays text, whatever its characters.
 */

/** HTML. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template. */
type Part = Markup | string | number | undefined | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Control characters have no meaning in HTML, and marks that turn the direction of text would reorder what stands around them: U+FFFD stands for them. */
const STEERING = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const escaped = (text: string): string => text.replaceAll(STEERING, '\uFFFD').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

const textOf = (part: Part): string => {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  return typeof part === 'string' || typeof part === 'number' ? escaped(String(part)) : part.map(textOf).join('')
}

/** HTML of a template. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((string, i) => string + (i < parts.length ? textOf(parts[i]) : '')).join(''))
