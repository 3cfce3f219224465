/**
 * The list of all pages of docs/losses.
 */
import { laws } from '../../src/index.js'
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
  return [network === 'logits' ? 'a discriminator' : (network ?? 'pixels'), ...[zeroOnIdentity, symmetric, smooth].map((holds) => (holds ? 'yes' : ''))]
}

const firstSentence = (docstring: Docstring | undefined): string =>
  (docstring?.about[0] ?? '').replaceAll('|', '\\|').replace(/^(.*?)(?:[;:] .*|\. .*|\.)$/s, '$1')
