/**
 * Finds the counterexamples of counterexamples.json: for each built-in and each law that it does not claim, the smallest pictures that break it.
 *
 * npx tsx test/laws/find-counterexamples.ts; what is there already is kept while it still breaks its law.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { LAWS, type LawCase, type Subject } from '../../src/laws/index.js'
import { checkLaw } from '../../src/laws/checkLaws.js'
import { smallestSide } from '../../src/laws/subject.js'
import { fromStored, toStored, type Stored } from './stored.js'
import { builtInSubjects, CLAIMED } from './subjects.js'

const file = new URL('counterexamples.json', import.meta.url)

const search = (subject: Subject, law: (typeof CLAIMED)[number]): LawCase | undefined => {
  const report = checkLaw(law, subject, smallestSide(subject), { laws: [law], numRuns: 2000, seed: 1 })
  return report._tag === 'Broken' ? report.counterexample : undefined
}

await tf.setBackend('wasm')
const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Stored[]) : []
const found: Stored[] = []
for (const subject of builtInSubjects())
  for (const law of CLAIMED.filter((name) => !subject.claims[name])) {
    const old = known.find((entry) => entry.loss === subject.expression && entry.law === law)
    const pictures = old !== undefined && !LAWS[law].holds(subject, fromStored(old)) ? fromStored(old) : search(subject, law)
    if (pictures === undefined)
      console.error(`${subject.expression} does not claim ${law}, and nothing breaks it: claim it, or store a counterexample by hand.`)
    else found.push(toStored(subject.expression, law, pictures))
  }
writeFileSync(file, `[\n${found.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`)
console.log(`${String(found.length)} counterexamples`)
