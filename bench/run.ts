/**
 * npm run bench -- [--full | --catalogue | --wasm] [--slow] [--baseline PACKED.tgz] [--rounds 9] [--only TEXT|TEXT...] [--systems TEXT|TEXT...] [--threads 2] [--clock processor] [--out FOLDER] [--publish latest|wasm|catalogue | --draw]
 */
import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { catalogue, full, usual, wasm } from './groups.js'
import { measure } from './measure.js'
import { unpackBaseline } from './baseline.js'
import { BLOCKS, writeBlock } from './published.js'
import { asMarkdown, writeReport, type Section } from './report.js'
import { scene } from './scene.js'
import { drawPublished } from './summary.js'
import { absence, systems } from './systems.js'
import { targets } from './targets.js'
import { startWorker, type Files, type Worker } from './worker.js'
import type { Workload } from './workload.js'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    catalogue: { type: 'boolean', default: false },
    wasm: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    baseline: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    systems: { type: 'string', default: '' },
    threads: { type: 'string', default: String(availableParallelism()) },
    clock: { type: 'string', default: 'wall' },
    out: { type: 'string' },
    publish: { type: 'string' },
    draw: { type: 'boolean', default: false },
  },
})
const block = BLOCKS.find((one) => one === values.publish)
if (values.publish !== undefined && block === undefined) {
  console.error(`--publish: received '${values.publish}', expected one of ${BLOCKS.join(', ')}.`)
  process.exit(2)
}
if (!['wall', 'processor'].includes(values.clock)) {
  console.error(`--clock: received '${values.clock}', expected 'wall' or 'processor'.`)
  process.exit(2)
}
if (values.draw) {
  await drawPublished()
  process.exit()
}
const rounds = Number(values.rounds)
const groups = (values.full ? full : values.catalogue ? catalogue : values.wasm ? wasm : usual)(rounds).filter(({ title }) =>
  values.only.split('|').some((text) => title.includes(text)),
)
process.env['BENCH_CLOCK'] = values.clock
if (values.baseline !== undefined) process.env['BENCH_BASELINE'] = await unpackBaseline(values.baseline)
const wanted = systems(values.slow, values.slow || values.wasm).filter(({ name }) => values.systems.split('|').some((text) => name.includes(text)))
const absent: string[] = []
const versions: Record<string, string> = {}
const workers: Worker[] = []
for (const system of wanted) {
  const reason = absence(system) ?? (await started(system.name))
  if (reason !== undefined) absent.push(`${system.name} (${reason})`)
}
absent.forEach((reason) => {
  console.error(`Absent: ${reason}`)
})

/** Starts a system; returns why it did not start, or undefined. */
async function started(name: string): Promise<string | undefined> {
  const system = wanted.find((other) => other.name === name)
  if (system === undefined) return 'it is not known'
  const worker = startWorker(system)
  try {
    const { version } = await worker.request('start', {
      weights: new URL('../weights/vgg16.safetensors', import.meta.url).pathname,
      threads: Number(values.threads),
    })
    versions[name] = version
    workers.push(worker)
    return undefined
  } catch (error) {
    worker.stop()
    return error instanceof Error ? error.message : String(error)
  }
}

const scenes = new Map<string, Promise<Files>>()
const filesOf = ({ batch, side }: Workload): Promise<Files> => {
  const key = `${String(batch)}/${String(side)}`
  const known = scenes.get(key) ?? scene(batch, side)
  scenes.set(key, known)
  return known
}

const sections: Section[] = []
for (const group of groups) {
  const from = performance.now()
  try {
    sections.push({ title: group.title, rows: await measure(group, workers, filesOf) })
  } catch (error) {
    // A group that fails does not stop the others; the run then exits with an error.
    process.exitCode = 1
    absent.push(`${group.title} (${error instanceof Error ? error.message : String(error)})`)
  }
  console.error(`${group.title}: ${((performance.now() - from) / 1000).toFixed(0)} s`)
}
workers.forEach((worker) => {
  worker.stop()
})
const report = { clock: values.clock, versions, absent, rounds, sections, targets: targets(sections.flatMap(({ rows }) => rows)) }
console.log(asMarkdown(report))
const folder = values.out === undefined ? new URL('results/', import.meta.url) : pathToFileURL(`${values.out}/`)
if (block !== undefined) {
  await writeBlock(block, asMarkdown(report))
  await drawPublished()
}
console.log(`\nWritten: ${(await writeReport(report, folder)).join(', ')}`)
