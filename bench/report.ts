/**
 * The benchmark's result as tables, as JSON and as a picture.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import { ratio, type Measured } from './measure.js'
import { runPicture, svgOf, type Point } from './picture.js'
import type { Spread } from './statistics.js'
import { isReached, type Target } from './targets.js'
import { titleOf } from './workload.js'

/** A group's rows. */
export interface Section {
  readonly title: string
  readonly rows: readonly Measured[]
}

/** The measurements, the machine, and the versions. */
export interface Report {
  /** 'wall', or 'processor' for processor time. */
  readonly clock: string
  readonly versions: Readonly<Record<string, string>>
  readonly absent: readonly string[]
  readonly rounds: number
  readonly sections: readonly Section[]
  readonly targets: readonly Target[]
}

const withSpread = ({ lower, median, upper }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${lower.toFixed(digits)} - ${upper.toFixed(digits)})`

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '' : (bytes / 1e6).toFixed(0))

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** A Markdown table. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')

/** The rows of one workload, with each row's time over the first one's, in the same rounds. */
const sectionTable = ({ title, rows }: Section): string => {
  const cells = rows.map((row) => {
    const first = rows.find(({ workload }) => workload.work === row.workload.work && workload.side === row.workload.side) ?? row
    const { tensorBytes, residentBytes, tapeNodes, planMilliseconds, compileMilliseconds } = row.needs
    const over = ratio(row, title.startsWith('growth') ? rows.find(({ system }) => system === row.system) : first)
    return [
      `${row.system}: ${titleOf(row.workload)}`,
      withSpread(row.milliseconds, 0),
      over === undefined ? '' : withSpread(over, 2),
      megabytes(tensorBytes),
      megabytes(residentBytes),
      tapeNodes === undefined ? '' : String(tapeNodes),
      [planMilliseconds, compileMilliseconds].map((time) => time?.toFixed(1) ?? '').join(' / '),
    ]
  })
  const head = ['', 'ms (quartiles)', 'over the first row', 'tensors, MB', 'resident, MB', 'tape nodes', 'plan / compile, ms']
  return `### ${title}\n\n${table(head, cells)}`
}

const targetTable = (targets: readonly Target[]): string =>
  table(
    ['target', 'bound', 'reached (quartiles)', ''],
    targets.map((target) => [
      target.what,
      `${target.side === 'most' ? 'at most' : 'at least'} ${target.bound.toFixed(2)}`,
      target.ratio === undefined ? '' : withSpread(target.ratio, 2),
      isReached(target) ? 'yes' : 'NO',
    ]),
  )

/** The report as Markdown. */
export const asMarkdown = (report: Report): string =>
  [
    `${String(report.rounds)} rounds${report.clock === 'processor' ? ' in processor time' : ''} on ${machine().cpu}, ${String(machine().cores)} cores, Node ${process.version}. ${Object.entries(
      report.versions,
    )
      .map(([system, version]) => `${system}: ${version}`)
      .join('; ')}.`,
    ...report.absent.map((absent) => `Absent: ${absent}.`),
    '### Targets',
    targetTable(report.targets),
    ...report.sections.map(sectionTable),
  ].join('\n\n')

const machine = () => ({ cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, tfjs: tf.version_core })

/** Every row as a point of the picture. */
const pointsOf = ({ sections }: Report): readonly Point[] =>
  sections.flatMap(({ rows }) => rows.map(({ system, workload, milliseconds }) => ({ system, workload: titleOf(workload), ...milliseconds })))

/** Writes results.json, results.md and results.svg to a folder; returns their names. */
export const writeReport = async (report: Report, folder: URL): Promise<readonly string[]> => {
  await mkdir(folder, { recursive: true })
  const files = {
    'results.json': JSON.stringify({ ...report, machine: machine() }, undefined, 1),
    'results.md': asMarkdown(report),
    'results.svg': await svgOf(runPicture(pointsOf(report))),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, folder), `${text}\n`)
  return Object.keys(files).map((name) => new URL(name, folder).pathname)
}
