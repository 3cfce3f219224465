/**
 * Threads for the kernels of a module, in shared memory: the calling thread, and workers with the same module.
 *
 * Laws: a call gives the same numbers with any number of threads. Workers sleep between calls, and do not keep a process alive. If a worker does not start or ends, the calling thread computes
 * alone.
 */
import type { StartWorker } from './startWorker.js'
import { CALL_AT, STATE, STATE_BYTES, takeParts, threadProgram, type PartedKernel, type ThreadData } from './threadProgram.js'

/** Threads of a module. */
export interface SimdThreads {
  /** The most threads, the calling one among them. */
  readonly count: number
  /** The threads that can take part: 1 until the workers have started, which the first call of this does, and after one of them has ended. */
  readonly ready: () => number
  /** Runs a call on all threads; throws ThreadsLost if a worker does not finish its part. */
  readonly run: (call: PartedCall) => void
}

/** The work of a kernel: the number of units, the fewest that are worth a thread, and the number that parts are multiples of. */
export interface Units {
  readonly count: number
  readonly fewest: number
  readonly together?: number
}

/** A call of a kernel in parts. */
export interface PartedCall {
  /** The place of the kernel among the module's exports. */
  readonly kernel: number
  /** The units of work, and the units of a part. */
  readonly whole: number
  readonly size: number
  /** The address of the first thread's scratch memory, and the bytes of each thread's. */
  readonly scratch: number
  readonly scratchBytes: number
  readonly numbers: readonly number[]
}

/** A worker has not finished its part, and may still write to the memory of the call. */
export class ThreadsLost extends Error {}

/** The largest count of parts that fits into the shared state. */
const MOST_PARTS = 255

/** The parts per thread, if there are enough: others take the parts of a slow thread. */
const PARTS_EACH = 8

/** More threads would leave too few parts to each. */
export const MOST_THREADS = Math.floor(MOST_PARTS / PARTS_EACH)

/** The units of a part: a multiple of `together`, and at least about `fewest`. If there are enough, each thread gets the same number of parts. */
export const partSize = ({ count, fewest, together = 1 }: Units, threads: number): number => {
  const most = Math.min(PARTS_EACH * threads, Math.floor(count / fewest))
  const parts = most > threads ? most - (most % threads) : Math.max(1, most)
  return together * Math.ceil(count / (parts * together))
}

/** A module whose kernels, in the order of its exports, run on `count` threads. */
interface ThreadedModule extends Omit<ThreadData, 'shared' | 'thread'> {
  readonly count: number
  readonly kernels: readonly PartedKernel[]
  readonly owner: object
}

/** The calling thread and `count` - 1 workers, which end with the `owner` of their memory. */
export const simdThreads = (start: StartWorker, { module, memory, count, kernels, owner }: ThreadedModule): SimdThreads => {
  const shared = new SharedArrayBuffer(STATE_BYTES)
  const [state, numbersOfCall] = [new Int32Array(shared, 0, 4), new Float64Array(shared, CALL_AT)]
  const end = ending(shared)
  ends.register(owner, end)
  const startWorkers = (): void => {
    try {
      for (let thread = 1; thread < count; thread++) start(threadProgram(), { module, memory, shared, thread } satisfies ThreadData, end)
    } catch {
      end()
    }
  }
  const asked = { before: false }
  return {
    count,
    ready: () => {
      if (!asked.before) startWorkers()
      asked.before = true
      return Atomics.load(state, STATE.over) === 0 ? 1 + Atomics.load(state, STATE.ready) : 1
    },
    run: ({ kernel, whole, size, scratch, scratchBytes, numbers }) => {
      const parts = Math.ceil(whole / size)
      numbersOfCall.set([kernel, parts, size, whole, scratch, scratchBytes, numbers.length, ...numbers])
      Atomics.store(state, STATE.unfinished, parts)
      // All parts of the last call are taken, so no worker can take one before this line.
      Atomics.store(state, STATE.untaken, ((Atomics.load(state, STATE.untaken) & ~MOST_PARTS) + MOST_PARTS + 1) | parts)
      Atomics.notify(state, STATE.untaken, parts - 1)
      takeParts(shared, kernels, 0)
      waitForOthers(state)
    },
  }
}

/** Ends the workers that share this state. It refers to nothing else, so that a reference to it keeps no memory. */
const ending = (shared: SharedArrayBuffer) => (): void => {
  const state = new Int32Array(shared, 0, 4)
  Atomics.store(state, STATE.over, 1)
  // Changes the number of the call, so that workers about to sleep do not.
  Atomics.add(state, STATE.untaken, MOST_PARTS + 1)
  Atomics.notify(state, STATE.untaken)
}

/** Workers end with the backend. */
const ends = new FinalizationRegistry<() => void>((end) => {
  end()
})

/** The milliseconds for which the calling thread polls the last parts before it sleeps: falling asleep and waking take a quarter of that. */
const POLLING = 0.2

/** A worker may take SLICES times SLICE milliseconds for one part, some hundred times what it should: several slices, in case the whole process was suspended during one. */
const SLICE = 500
const SLICES = 10

const waitForOthers = (state: Int32Array<SharedArrayBuffer>): void => {
  const unfinished = (): number => Atomics.load(state, STATE.unfinished)
  for (const until = performance.now() + POLLING; performance.now() < until;) if (unfinished() === 0) return
  let before = unfinished()
  for (let slice = 0; slice < SLICES; slice++) {
    if (before > 0 && Atomics.load(state, STATE.over) === 0) sleep(state, before)
    const now = unfinished()
    if (now === 0) return
    if (Atomics.load(state, STATE.over) === 1) break
    if (now < before) slice = 0
    before = now
  }
  Atomics.store(state, STATE.over, 1)
  throw new ThreadsLost('A thread of the WASM kernels has not finished.')
}

/** Sleeps until there are fewer unfinished parts, or for a slice. */
const sleep = (state: Int32Array<SharedArrayBuffer>, unfinished: number): void => {
  if (maySleep()) {
    Atomics.wait(state, STATE.unfinished, unfinished, SLICE)
    return
  }
  const until = performance.now() + SLICE
  while (Atomics.load(state, STATE.unfinished) === unfinished && performance.now() < until) if (Atomics.load(state, STATE.over) === 1) return
}

/** The main thread of a browser may not sleep. */
const maySleep = (): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}
