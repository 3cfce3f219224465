/** What docs/many-pictures.md says of the throughput, from what was measured. */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'

/** Pairs a second of one loss on one backend: medians. */
export interface Row {
  readonly loss: string
  readonly backend: string
  /** By one process of one thread, one of two, and two of one each. */
  readonly rates: readonly number[]
  /** Two processes of one thread over one, round by round. */
  readonly gain: number
  /** The most resident bytes of a process of one thread. */
  readonly peak: number | undefined
}

const HEAD =
  '| | 1 process, 1 thread | 1 process, 2 threads | 2 processes, 1 thread each | over 1 process | memory of a process |\n|---|---:|---:|---:|---:|---:|'

const rowText = ({ loss, backend, rates, gain, peak }: Row): string => {
  const memory = peak === undefined ? '-' : `${(peak / 2 ** 20).toFixed(0)} MiB`
  return `| ${loss}, ${backend} | ${rates.map((rate) => rate.toPrecision(3)).join(' | ')} | ${gain.toFixed(2)} | ${memory} |`
}

const grouped = (number: number): string => Number(number.toPrecision(2)).toLocaleString('en-US')

/** On paper, from a rate of one processor. */
const million = ({ backend, rates: [rate = Number.NaN] }: Row): string => {
  const seconds = 1e6 / rate
  return `${rate.toPrecision(3)} per second (${backend}) take ${grouped(seconds)} processor seconds, ${grouped(seconds / 3600)} hours, or ${grouped(seconds / 64 / 60)} minutes with 64 workers on 64 processors`
}

/** The table, and what a million pairs would take. */
export const reportOf = (rows: readonly Row[], rounds: number): string => {
  const lpips = rows.filter(({ loss }) => loss === 'lpips').map(million)
  const machine = `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${String(cpus().length)} processors`
  return [
    `Pairs of 256 x 256 per second (${machine}), in batches, including reading, for a warm worker: medians of ${String(rounds)} rounds, each of which runs every column.`,
    `${HEAD}\n${rows.map(rowText).join('\n')}`,
    ...(lpips.length === 0 ? [] : [`A **million pairs** by LPIPS: ${lpips.join('; ')}.`]),
  ].join('\n\n')
}

/** Which lines of docs/many-pictures.md a published run replaces. */
const PLACE = /(<!-- throughput -->\n)[^]*(<!-- end of throughput -->)/

/** Puts a report into docs/many-pictures.md. */
export const publish = async (report: string): Promise<void> => {
  const document = new URL('../../docs/many-pictures.md', import.meta.url)
  const text = await readFile(document, 'utf8')
  await writeFile(
    document,
    text.replace(PLACE, (_, start: string, end: string) => `${start}\n${report}\n\n${end}`),
  )
}
