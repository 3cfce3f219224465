/**
 * Times systems side by side: each runs once in every round, so that other load on the machine affects all of them.
 */
import { spread, type Spread } from './statistics.js'
import type { Files, Worker } from './worker.js'
import { keyOf, type Needs, type Numbers, type Workload } from './workload.js'

/** One system's result on one workload. */
export interface Measured {
  readonly system: string
  readonly workload: Workload
  readonly milliseconds: Spread
  readonly needs: Needs
  readonly numbers: Numbers
  /** Every round, in order. */
  readonly rounds: readonly number[]
}

/** Workloads that are timed in the same rounds, so that any two of their rows can be compared. */
export interface Group {
  readonly title: string
  readonly workloads: readonly Workload[]
  readonly rounds: number
  /** Which systems; by default all that take the workload. */
  readonly among?: (system: string) => boolean
}

interface Lane {
  readonly worker: Worker
  readonly workload: Workload
  readonly numbers: Numbers
  readonly times: number[]
}

/** Sets a group's workloads up in every worker that takes them, checks that the workers agree, and times the rounds. */
export const measure = async (group: Group, workers: readonly Worker[], filesOf: (workload: Workload) => Promise<Files>): Promise<readonly Measured[]> => {
  const lanes = await setUp(group, workers, filesOf)
  for (let round = 0; round < group.rounds; round++)
    // Each round starts with another row, so that no row always follows the same one.
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[(round + i) % lanes.length]
      const answer = await lane?.worker.request('step', { key: keyOf(lane.workload) })
      lane?.times.push(answer?.milliseconds ?? Number.NaN)
    }
  const measured: Measured[] = []
  for (const { worker, workload, numbers, times } of lanes) {
    const needs = await worker.request('needs', { key: keyOf(workload) })
    measured.push({ system: worker.system.name, workload, milliseconds: spread(times), needs, numbers, rounds: times })
  }
  for (const worker of new Set(lanes.map((lane) => lane.worker))) await worker.request('end', {})
  return measured
}

const setUp = async (
  { workloads, among = () => true }: Group,
  workers: readonly Worker[],
  filesOf: (workload: Workload) => Promise<Files>,
): Promise<Lane[]> => {
  const lanes: Lane[] = []
  for (const workload of workloads) {
    const files = await filesOf(workload)
    const chosen = workers.filter(({ system }) => among(system.name) && system.takes(workload))
    const numbers: Numbers[] = []
    for (const worker of chosen) numbers.push(await worker.request('setup', { ...workload, ...files, key: keyOf(workload) }))
    checkAgreement(workload, chosen, numbers)
    lanes.push(...chosen.map((worker, i): Lane => ({ worker, workload, numbers: numbers[i] ?? NOTHING, times: [] })))
  }
  return lanes
}

const NOTHING: Numbers = { value: Number.NaN, norm: Number.NaN, along: Number.NaN }

/** One row's time over another's, round by round: other load on the machine affects both. */
export const ratio = (above: Measured | undefined, below: Measured | undefined): Spread | undefined =>
  above === undefined || below === undefined ? undefined : spread(above.rounds.map((time, i) => time / (below.rounds[i] ?? Number.NaN)))

/** Values and gradients must agree: speed with wrong numbers does not count. (Other packages resolve max pooling's ties differently, so gradients may differ a little.) */
const checkAgreement = (workload: Workload, workers: readonly Worker[], numbers: readonly Numbers[]): void => {
  const [first] = numbers
  const close = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b))
  numbers.forEach((other, i) => {
    if (first !== undefined && close(first.value, other.value, workers[i]?.system.tolerance ?? 1e-3) && close(first.norm, other.norm, 2e-2)) return
    const names = [workers[0], workers[i]].map((worker) => worker?.system.name ?? '')
    throw new Error(`${workload.loss}: ${names.join(' and ')} differ: ${JSON.stringify([first, other])}`)
  })
}
