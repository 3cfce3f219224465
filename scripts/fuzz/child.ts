/**
 * Fuzzes one target in a process of its own: TARGET INPUTS SEED FOLDER FIRST. Each input is in the folder before it is read, so that one that ends the process, or
 * never ends itself, is known. The last line of the output is the result as JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverage } from './coverage.js'
import { currentInput } from './current.js'
import { mutated } from './mutate.js'
import { random } from './random.js'
import { TARGETS } from './targets.js'

const [name = '', inputs = '', seed = '', folder = '', first = '0'] = process.argv.slice(2)
const target = TARGETS[name]
if (target === undefined) throw new Error(`There is no target '${name}'; there are ${Object.keys(TARGETS).join(', ')}.`)
// sharp takes no arrays of changed classes.
const { bytesAsked } = name === 'image' ? { bytesAsked: () => 0 } : await import('./asked.js')

/** What any reading may take, whatever the file: what is not of the file (code, caches, garbage that is not yet collected). */
const SLACK = { asked: 4 * 2 ** 20, resident: 96 * 2 ** 20 }
const MAX_MS = 1000
/** An input's largest size: what is found at the limits of a format is found in small files. */
const LIMIT = 65_536
const BATCH = 64

const next = random(Number(seed) + 977 * Number(first))

mkdirSync(folder, { recursive: true })
const current = currentInput(folder)
const seeds = await target.seeds()
const corpus = [...seeds]
const pick = (): Uint8Array => corpus[Math.floor((next() < 0.5 ? next() ** 0.25 : next()) * corpus.length)] ?? new Uint8Array()

const findings: string[] = []
const [counts, worst] = [
  { read: 0, refused: 0 },
  { ms: 0, asked: 0, resident: 0 },
]

const found = (i: number, input: Uint8Array, what: string): void => {
  const file = join(folder, `${name}-${String(i)}`)
  writeFileSync(file, input)
  findings.push(`${what}: ${file}`)
  process.stderr.write(`${name} ${String(i)}: ${what}: ${file}\n`)
}

const peak = (): number => process.resourceUsage().maxRSS * 1024

const judged = async (i: number, input: Uint8Array): Promise<void> => {
  bytesAsked()
  const [cpu, start, before] = [process.cpuUsage(), performance.now(), peak()]
  try {
    const honest = await target.read(input)
    counts[honest > 0 ? 'read' : 'refused']++
    const { user, system } = process.cpuUsage(cpu)
    // The machine may be busy with something else: what counts is the smaller of the two times.
    const ms = Math.min(performance.now() - start, (user + system) / 1000)
    const [asked, resident] = [bytesAsked(), peak() - before]
    worst.ms = Math.max(worst.ms, ms)
    worst.asked = Math.max(worst.asked, asked)
    worst.resident = Math.max(worst.resident, resident)
    const allowed = 2 * (input.length + honest)
    if (ms > MAX_MS) found(i, input, `took ${ms.toFixed(0)} ms`)
    if (asked > allowed + SLACK.asked) found(i, input, `asked for ${String(asked)} bytes of typed arrays; honest are ${String(input.length + honest)}`)
    if (resident > allowed + SLACK.resident) found(i, input, `took ${String(resident)} bytes of memory; honest are ${String(input.length + honest)}`)
  } catch (error) {
    found(i, input, `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)
  }
}

// Code is loaded and caches are filled before anything is measured.
for (const input of seeds) await target.read(input)
const { code } = target
const seen = code === undefined ? undefined : coverage((url) => code.test(url))
for (const input of seeds) await target.read(input)
seen?.isNew()

let batch: Uint8Array[] = []
for (let i = Number(first); i < Number(inputs) && findings.length < 20; i++) {
  const input = mutated(pick(), next, pick(), target.words, LIMIT)
  current.write(i, input)
  await judged(i, input)
  batch.push(input)
  if (batch.length < BATCH) continue
  // Together first, for counting takes longer than reading: only where something is new, one by one.
  if (seen?.isNew() === true)
    for (const candidate of batch) {
      await target.read(candidate).catch(() => 0)
      if (seen.isNew()) corpus.push(candidate)
    }
  batch = []
}
process.stdout.write(`${JSON.stringify({ ...counts, worst, corpus: corpus.length, blocks: seen?.size() ?? 0, findings })}\n`)
