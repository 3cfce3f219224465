/** What is made of the pages of docs/losses is what the library says today: `npm run docs:pages` writes it anew. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../../scripts/docs/catalogue.js'
import { docstrings, type Docstring } from '../../../scripts/docs/docstrings.js'
import { parts, withParts } from '../../../scripts/docs/facts.js'
import { indexParts } from '../../../scripts/docs/lossIndex.js'
import { networks } from '../../../scripts/docs/networks.js'
import { root } from '../../docs/documents.js'

const pageOf = (name: string): string => readFileSync(join(root, 'docs', 'losses', `${name}.md`), 'utf8')

let known: ReadonlyMap<string, Docstring>
beforeAll(() => {
  known = docstrings(catalogue.map(({ id }) => id))
})

describe('the pages of the losses', () => {
  const load = networks()

  it.each(catalogue.map((entry) => [entry.id, entry] as const))('%s', async (id, entry) => {
    const page = pageOf(id)
    expect(withParts(page, await parts(entry, known.get(id)!, load), id)).toBe(page)
  })

  it('are listed', () => {
    const page = pageOf('index')
    expect(withParts(page, indexParts(known), 'index')).toBe(page)
  })
})
