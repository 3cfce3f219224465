/** Writes what is made of the pages of docs/losses: `npm run docs:pages -- [NAME...]`. */
import { readFile, writeFile } from 'node:fs/promises'
import { useFastestBackend } from '../src/node/index.js'
import { catalogue } from './docs/catalogue.js'
import { docstrings } from './docs/docstrings.js'
import { parts, withParts } from './docs/facts.js'
import { indexParts, nameParts, withChildren } from './docs/lossIndex.js'
import { networks } from './docs/networks.js'

const folder = new URL('../docs/losses/', import.meta.url)
const wanted = process.argv.slice(2)

// What a step keeps in memory is told for WASM.
await useFastestBackend({ among: ['wasm'] })
const load = networks()
const known = docstrings(catalogue.map(({ id }) => id))

const update = async (name: string, made: Readonly<Record<string, string>>, change = (page: string): string => page): Promise<void> => {
  const file = new URL(`${name}.md`, folder)
  await writeFile(file, change(withParts(await readFile(file, 'utf8'), made, file.pathname)))
}

for (const entry of catalogue) {
  const docstring = known.get(entry.id)
  if (docstring !== undefined && (wanted.length === 0 || wanted.includes(entry.id))) await update(entry.id, await parts(entry, docstring, load))
}
await update('index', indexParts(known), withChildren)
await update('../what-there-is', nameParts())
