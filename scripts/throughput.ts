/**
 * How many pairs a second workers compare on this machine: npm run throughput -- [--rounds 5] [--backends wasm,native] [--publish], after `npm run build`.
 *
 * Every round runs one process of one thread, one of two, and two of one, one after the other, so that what else the machine does falls on all of them; some four minutes on
 * two quiet cores. Prints what `--publish` puts into docs/many-pictures.md.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { spread } from '../bench/statistics.js'
import { publish, reportOf, type Row } from './throughput/report.js'
import { running, type Running } from './throughput/running.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    backends: { type: 'string', default: 'wasm,native' },
    publish: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)

/** Pairs for each process and round: one to two seconds of work. */
const PAIRS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  wasm: { psnr: 200, ssim: 40, lpips: 16, dists: 1 },
  native: { psnr: 200, ssim: 160, lpips: 48, dists: 2 },
}
const SIDE = 256

/** How many processes, of how many threads each. */
const COLUMNS = [
  { processes: 1, threads: 1 },
  { processes: 1, threads: 2 },
  { processes: 2, threads: 1 },
] as const

const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-throughput-'))
const astronaut = new URL('../test/goldens/images/astronaut.png', import.meta.url).pathname
for (let i = 0; i < 20; i++)
  await sharp(astronaut).resize(SIDE, SIDE).modulate({ brightness: 1 + i / 100 }).png().toFile(join(folder, `${String(i)}.png`)) // prettier-ignore

const median = (numbers: readonly number[]): number => spread(numbers).median

/** Pairs a second of workers that compare at once. */
const rateOf = async (workers: readonly Running[], pairs: number): Promise<number> => {
  const seconds = await Promise.all(workers.map(({ compare }) => compare(pairs)))
  return (workers.length * pairs) / Math.max(...seconds)
}

const measured = async (backend: string, loss: string, pairs: number): Promise<Row> => {
  const columns = COLUMNS.map(({ processes, threads }) => Array.from({ length: processes }, () => running({ backend, loss, threads, folder })))
  for (const workers of columns) await rateOf(workers, Math.min(4, pairs))
  const samples: (readonly number[])[] = []
  for (let round = 0; round < rounds; round++) {
    const sample: number[] = []
    for (const at of COLUMNS.keys()) {
      // Each round starts with another column.
      const column = (at + round) % COLUMNS.length
      sample[column] = await rateOf(columns[column] ?? [], pairs)
    }
    samples.push(sample)
  }
  const peak = await columns[0]?.[0]?.peak()
  await Promise.all(columns.flat().map(({ stop }) => stop()))
  const rates = COLUMNS.map((_, column) => median(samples.map((sample) => sample[column] ?? Number.NaN)))
  return { loss, backend, rates, gain: median(samples.map(([alone = Number.NaN, , both = Number.NaN]) => both / alone)), peak }
}

const from = performance.now()
const rows: Row[] = []
for (const backend of values.backends.split(','))
  for (const [loss, pairs] of Object.entries(PAIRS[backend] ?? {})) {
    rows.push(await measured(backend, loss, pairs))
    console.error(`${loss}, ${backend}: after ${((performance.now() - from) / 1000).toFixed(0)} s`)
  }
await rm(folder, { recursive: true })
const report = reportOf(rows, rounds)
console.log(report)
if (values.publish) await publish(report)
