/**
 * Times rows against each other: in every round each row runs once, so that what else the machine does falls on all of them.
 */
import * as tf from '@tensorflow/tfjs'
import type { Row, Running, Scene } from './row.js'
import { spread, type Spread } from './statistics.js'

/** One row's result. */
export interface Measured {
  readonly name: string
  readonly group: string
  readonly baseline: boolean
  /** Milliseconds of a step, gradient read back. */
  readonly milliseconds: Spread
  /** The baseline's time over this row's, round by round. */
  readonly timesFaster: Spread
  /** Bytes that a step holds at most, above what was there before it. */
  readonly peakBytes: number
  /** Bytes that the row holds between steps. */
  readonly heldBytes: number
  readonly value: number
  /** Every round, in order. */
  readonly rounds: readonly number[]
}

interface Started extends Row {
  readonly running: Running
  readonly heldBytes: number
  readonly peakBytes: number
  readonly value: number
  readonly gradient: Float32Array
  readonly rounds: number[]
}

/** Sets up every row, checks that the rows of a group agree, and times `rounds` rounds. */
export const measure = async (rows: readonly Row[], scene: Scene, rounds: number, onRound: (done: number) => void): Promise<readonly Measured[]> => {
  const started: Started[] = []
  for (const row of rows) started.push(await start(row, scene))
  started.forEach((row) => {
    checkAgreement(row, baselineOf(row, started))
  })
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another row: no row always comes after the same one.
    for (let i = 0; i < started.length; i++) await time(started[(round + i) % started.length])
    onRound(round + 1)
  }
  started.forEach(({ running }) => {
    running.dispose()
  })
  return started.map((row) => result(row, baselineOf(row, started)))
}

const baselineOf = ({ group }: Row, all: readonly Started[]): Started => {
  const found = all.find((row) => row.group === group && row.baseline)
  if (found === undefined) throw new Error(`The group '${group}' has no baseline.`)
  return found
}

const start = async (row: Row, scene: Scene): Promise<Started> => {
  const before = tf.memory().numBytes
  const running = await row.setup(scene)
  const { value, gradient } = running.run()
  const numbers = { value: (await value.data())[0] ?? Number.NaN, gradient: await gradient.data<'float32'>() }
  tf.dispose([value, gradient])
  const held = tf.memory().numBytes
  return { ...row, running, heldBytes: held - before, peakBytes: (await peakOf(running)) - held, ...numbers, rounds: [] }
}

/** The most bytes in tensors at any kernel of a step. What a backend allocates inside a kernel is not in it. */
const peakOf = async (running: Running): Promise<number> => {
  const { peakBytes } = await tf.profile(() => {
    const { value, gradient } = running.run()
    tf.dispose([value, gradient])
  })
  return peakBytes
}

const time = async (row: Started | undefined): Promise<void> => {
  if (row === undefined) return
  const from = performance.now()
  const { value, gradient } = row.running.run()
  await gradient.data()
  row.rounds.push(performance.now() - from)
  tf.dispose([value, gradient])
}

/** A fast wrong number is worth nothing: value and gradient must be the baseline's. */
const checkAgreement = (row: Started, baseline: Started): void => {
  const size = Math.hypot(...baseline.gradient)
  const difference = Math.hypot(...row.gradient.map((g, i) => g - (baseline.gradient[i] ?? Number.NaN)))
  if (!(Math.abs(row.value - baseline.value) <= 1e-4 * Math.abs(baseline.value) && difference <= 1e-3 * size))
    throw new Error(
      `'${row.name}' differs from '${baseline.name}': ${String(row.value)} and ${String(baseline.value)}, gradients by ${String(difference / size)}.`,
    )
}

const result = ({ name, group, baseline, rounds, peakBytes, heldBytes, value }: Started, against: Started): Measured => ({
  name,
  group,
  baseline,
  milliseconds: spread(rounds),
  timesFaster: spread(rounds.map((time, i) => (against.rounds[i] ?? Number.NaN) / time)),
  peakBytes,
  heldBytes,
  value,
  rounds,
})
