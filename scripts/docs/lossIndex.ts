/**
 * The list of all pages of docs/losses.
 */
import { builtInNetworks, laws } from '../../src/index.js'
import { catalogue, type Entry } from './catalogue.js'
import type { Docstring } from './docstrings.js'

/** The tables of docs/losses/index.md, by the names of their parts. */
export const indexParts = (known: ReadonlyMap<string, Docstring>): Readonly<Record<string, string>> =>
  Object.fromEntries((['recipe', 'metric', 'regularizer', 'transform'] as const).map((kind) => [kind, table(kind, known)]))

const table = (kind: Entry['kind'], known: ReadonlyMap<string, Docstring>): string => {
  const rows = catalogue
    .filter((entry) => entry.kind === kind)
    .map((entry) => [`[${entry.id}](${entry.id}.md)`, firstSentence(known.get(entry.id)), ...facts(entry)])
  const head = kind === 'transform' ? ['', ''] : ['', '', 'input', 'zero on identity', 'symmetric', 'smooth']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const facts = ({ kind, loss, network }: Entry): readonly string[] => {
  if (kind === 'transform') return []
  const { zeroOnIdentity, symmetric, smooth } = laws(loss)
  return [
    network === 'logits' ? 'a discriminator' : network === 'onnx' ? 'an ONNX file' : (network ?? 'pixels'),
    ...[zeroOnIdentity, symmetric, smooth].map((holds) => (holds ? 'yes' : '')),
  ]
}

const firstSentence = (docstring: Docstring | undefined): string =>
  (docstring?.about[0] ?? '').replaceAll('|', '\\|').replace(/^(.*?)(?:[;:] .*|\. .*|\.)$/s, '$1')

/** The page with its list of children: every page of a loss. */
export const withChildren = (page: string): string =>
  page.replace(/^---\nchildren:\n[\s\S]*?---\n/, `---\nchildren:\n${catalogue.map(({ id }) => `  - ./${id}.md\n`).join('')}---\n`)

/** The names of docs/what-there-is.md, by the names of their parts. */
export const nameParts = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    (['recipe', 'metric', 'regularizer', 'transform'] as const).map((kind) => [
      kind,
      names(catalogue.filter((entry) => entry.kind === kind).map(({ id }) => id)),
    ]),
  ),
  network: names(Object.keys(builtInNetworks).flatMap((name) => [name, `try${name.charAt(0).toUpperCase()}${name.slice(1)}`])),
})

const names = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(', ')
