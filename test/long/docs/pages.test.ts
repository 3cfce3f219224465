/** What is made of the pages of docs/losses is what the library says today: `npm run docs:pages` writes it anew. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../../scripts/docs/catalogue.js'
import { docstrings, type Docstring } from '../../../scripts/docs/docstrings.js'
import { parts, withParts } from '../../../scripts/docs/facts.js'
import { indexParts } from '../../../scripts/docs/lossIndex.js'
import { networks } from '../../../scripts/docs/networks.js'
import { useFastestBackend } from '../../../src/node/index.js'
import { root } from '../../docs/documents.js'

const pageOf = (name: string): string => readFileSync(join(root, 'docs', 'losses', `${name}.md`), 'utf8')

const MEGABYTES = /(\d[\d.]*) MB/g

const megabytes = (text: string): readonly number[] => [...text.matchAll(MEGABYTES)].map(([, number]) => Number(number))

let known: ReadonlyMap<string, Docstring>
beforeAll(async () => {
  // As the pages are written: on another backend a step holds other tensors.
  await useFastestBackend({ among: ['wasm'] })
  known = docstrings(catalogue.map(({ id }) => id))
})

describe('the pages of the losses', () => {
  const load = networks()

  it.each(catalogue.map((entry) => [entry.id, entry] as const))('%s', async (id, entry) => {
    const page = pageOf(id)
    const now = withParts(page, await parts(entry, known.get(id)!, load), id)
    // What a step holds moves with the kernels of the day: to a factor of 1.5.
    const [written, made] = [megabytes(page), megabytes(now)]
    expect(now.replaceAll(MEGABYTES, '')).toBe(page.replaceAll(MEGABYTES, ''))
    made.forEach((size, i) => {
      expect(Math.abs(Math.log(size / written[i]!)), `${String(size)} MB, where ${String(written[i])} is written`).toBeLessThan(Math.log(1.5))
    })
  })

  it('are listed', () => {
    const page = pageOf('index')
    expect(withParts(page, indexParts(known), 'index')).toBe(page)
  })
})
