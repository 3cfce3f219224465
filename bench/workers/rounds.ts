/**
 * How a step is timed, as the peers in Python do (peer.py).
 */
import { spread } from '../statistics.js'

/** Steps before the first one that counts. */
export const WARM_STEPS = 3
const ROUND_MILLISECONDS = 150

/** The median of as many steps as begin within a round's time; one at least. A step gives its own milliseconds. */
export const medianOfRound = async (step: () => Promise<number>): Promise<number> => {
  const times: number[] = []
  while (times.reduce((sum, time) => sum + time, 0) < ROUND_MILLISECONDS) times.push(await step())
  return spread(times).median
}

/**
 * Starts a stopwatch, which gives milliseconds: of the clock, or with BENCH_CLOCK=processor those that the process computed, on all its threads.
 *
 * On a machine that is busy with other work only the latter can be compared.
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
