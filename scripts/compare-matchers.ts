/**
 * Compares toLookLike with other matchers, and writes the tables and pictures of docs/toLookLike.md: `npm run compare-matchers`.
 *
 * Screenshots and scores are kept in `.cache/matchers`; without it the comparison takes about ten minutes on two processors. It needs Chromium.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { useFastestBackend } from '../src/node/index.js'
import { drawChanges } from './matchers/changesPicture.js'
import { contactSheet } from './matchers/contactSheet.js'
import { byDefault, judges } from './matchers/judges.js'
import { cases } from './matchers/screenshots.js'
import { scoresOf } from './matchers/scores.js'
import { conditions, curves, summary, wrong } from './matchers/study.js'
import { rows, table } from './matchers/table.js'

await useFastestBackend()
const docs = new URL('../docs/', import.meta.url)

/** Replaces what is between two marks of the document. */
const insert = async (mark: string, text: string): Promise<void> => {
  const file = new URL('toLookLike.md', docs)
  const [start, end] = [`<!-- ${mark} -->\n`, `\n<!-- /${mark} -->`]
  const document = await readFile(file, 'utf8')
  const [from, to] = [document.indexOf(start), document.indexOf(end)]
  if (from === -1 || to === -1) throw new Error(`docs/toLookLike.md has no marks ${start.trim()} and ${end.trim()}, each on a line of its own`)
  await writeFile(file, `${document.slice(0, from)}${start}${text}${document.slice(to)}`)
}

await insert('table', table(await rows()))

await drawChanges(new URL('toLookLike.png', docs).pathname)

const measured = await scoresOf(await cases(), await judges(), (line) => {
  console.log(line)
})
const scored = [byDefault(measured), ...measured]
await insert('study', summary(scored))
await insert('conditions', await conditions())
await writeFile(new URL('toLookLike-roc.svg', docs), curves(scored))
await contactSheet(new URL('toLookLike-wrong.webp', docs).pathname, wrong(scored))
