/**
 * The benchmark's result as a table for people and as JSON for programs.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import Table from 'cli-table3'
import type { Measured } from './measure.js'
import type { Spread } from './statistics.js'

/** What was measured, and on what. */
export interface Report {
  readonly loss: string
  readonly backend: string
  readonly batch: number
  readonly side: number
  readonly rows: readonly Measured[]
}

const withSpread = ({ lower, median, upper }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${lower.toFixed(digits)} - ${upper.toFixed(digits)})`

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

/** The report as a table. */
export const asTable = ({ rows }: Report): string => {
  const table = new Table({
    head: ['', 'ms (quartiles)', 'times faster (quartiles)', 'peak of a step, MB', 'held, MB'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  })
  rows.forEach(({ name, milliseconds, timesFaster, baseline, peakBytes, heldBytes }) => {
    table.push([name, withSpread(milliseconds, 0), baseline ? '1' : withSpread(timesFaster, 2), megabytes(peakBytes), megabytes(heldBytes)])
  })
  return table.toString()
}

/** Writes the report, with the machine it was made on, to bench/results; gives the file's name. */
export const writeReport = async (report: Report): Promise<string> => {
  const name = `bench/results/${report.backend}-${String(report.side)}.json`
  await mkdir(new URL('results/', import.meta.url), { recursive: true })
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, tfjs: tf.version_core }
  await writeFile(new URL(`../${name}`, import.meta.url), `${JSON.stringify({ ...report, machine }, undefined, 2)}\n`)
  return name
}
