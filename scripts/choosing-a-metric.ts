/**
 * Measures how far small changes take a photograph by each loss, and writes the curves and the tables of docs/choosing-a-metric.md: `npx tsx scripts/choosing-a-metric.ts [NAME...]`.
 *
 * A value is the loss's distance from a photograph to it with one change, over its distance to the same photograph as a JPEG of quality 50: the median of five
 * photographs, 256 x 256 from their middle. With names, such as 'lpips (VGG16)', only their numbers are measured again; `--draw` measures nothing.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { useFastestBackend } from '../src/node/index.js'
import { compared } from './docs/compared.js'
import { withParts } from './docs/facts.js'
import { networks } from './docs/networks.js'
import { readSensitivities, sensitivities, SENSITIVITIES, type Sensitivities } from './docs/sensitivity.js'
import { sensitivityParts, sensitivityPictures } from './docs/sensitivityTable.js'

const docs = new URL('../docs/', import.meta.url)

const { values, positionals } = parseArgs({ options: { draw: { type: 'boolean', default: false } }, allowPositionals: true })
const unknown = positionals.find((wanted) => compared.every(({ name }) => name !== wanted))
if (unknown !== undefined) throw new Error(`Received '${unknown}', expected names of rows: ${compared.map(({ name }) => name).join(', ')}.`)

/** Over each network in one pass. */
const measured = async (): Promise<Sensitivities> => {
  const { backend } = await useFastestBackend()
  console.log(`on ${backend}`)
  const load = networks()
  const wanted = compared.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const numbers: Record<string, Sensitivities[string]> = {}
  for (const network of new Set(wanted.map((one) => one.network))) {
    const losses = wanted.filter((one) => one.network === network)
    const said = (photograph: string): void => {
      console.log(`${network ?? 'pixels'}: ${photograph}`)
    }
    Object.assign(numbers, await sensitivities(losses, network === undefined ? undefined : await load(network), said))
  }
  return numbers
}

const kept = values.draw || positionals.length > 0 ? await readSensitivities() : {}
const fresh = values.draw ? {} : await measured()
const numbers: Sensitivities = Object.fromEntries(
  compared.flatMap(({ name }) => [fresh[name] ?? kept[name]].flatMap((found) => (found ? [[name, found]] : []))),
)
const json = await format(JSON.stringify(numbers), { ...(await resolveConfig(SENSITIVITIES)), parser: 'json' })
await writeFile(SENSITIVITIES, json)

for (const [file, picture] of Object.entries(sensitivityPictures(numbers))) await writeFile(new URL(file, docs), picture)
const page = new URL('choosing-a-metric.md', docs)
await writeFile(page, withParts(await readFile(page, 'utf8'), sensitivityParts(numbers), page.pathname))
