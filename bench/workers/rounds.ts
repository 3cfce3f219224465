/**
 * How a step is timed, as in the Python workers (peer.py).
 */
import { spread } from '../statistics.js'

/** Warm-up steps. */
export const WARM_STEPS = 3
const ROUND_MILLISECONDS = 150

/** The median of the steps that begin within a round's time, at least one. A step returns its milliseconds. */
export const medianOfRound = async (step: () => Promise<number>): Promise<number> => {
  const times: number[] = []
  while (times.reduce((sum, time) => sum + time, 0) < ROUND_MILLISECONDS) times.push(await step())
  return spread(times).median
}

/**
 * Starts a stopwatch, which returns milliseconds: of the clock, or with BENCH_CLOCK=processor the processor time of all threads.
 *
 * On a machine that is busy with other work, only processor times can be compared.
 */
export const stopwatch = (): (() => number) => {
  if (process.env['BENCH_CLOCK'] === 'processor') {
    const from = process.cpuUsage()
    return () => {
      const { user, system } = process.cpuUsage(from)
      return (user + system) / 1000
    }
  }
  const from = performance.now()
  return () => performance.now() - from
}
