/** The names of a loss's terms, as `breakdown` shows them. */
import { label } from '../language/show.js'
import type { Term } from '../language/terms.js'

/** The names around a term, with the leaf's label if it has none or shares them, and a number for duplicates. */
export const termNames = (all: readonly Term[]): readonly string[] => {
  const paths = all.map(({ names }) => names.join(' / '))
  const shared = countedOf(paths)
  return numbered(
    all.map(({ leaf }, i) => {
      const path = paths[i] ?? ''
      if (path === '') return label(leaf)
      return (shared.get(path) ?? 0) > 1 ? `${path} / ${label(leaf)}` : path
    }),
  )
}

/** How often each text occurs. */
const countedOf = (texts: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** The texts with a number behind each repetition: `a`, `a #2`. */
export const numbered = (texts: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>()
  return texts.map((text) => {
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    return count === 1 ? text : `${text} #${String(count)}`
  })
}
