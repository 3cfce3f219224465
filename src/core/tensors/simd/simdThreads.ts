/**
 * Threads for the kernels of a module, in shared memory: workers with the same module, besides the calling thread, which computes, too.
 *
 * Laws: a call gives the same numbers with any number of threads. Workers sleep between calls, and keep no process from ending. A worker that does not start or ends is done
 * without.
 */
import type { StartWorker } from './startWorker.js'
import { CALL_AT, STATE, STATE_BYTES, takeParts, threadProgram, type PartedKernel, type ThreadData } from './threadProgram.js'

/** Threads of a module. */
export interface SimdThreads {
  /** How many there are at most, the calling one among them. */
  readonly count: number
  /** How many may take part now: 1 before the workers have started, which the first look does, and after one of them has ended. */
  readonly ready: () => number
  /** Runs a call on all of them; throws ThreadsLost where a worker does not finish its part. */
  readonly run: (call: PartedCall) => void
}

/** The work of a kernel: how many units there are, the fewest that are worth a thread, and of how many a part is made. */
export interface Units {
  readonly count: number
  readonly fewest: number
  readonly together?: number
}

/** A call of a kernel in parts. */
export interface PartedCall {
  /** The place of the kernel among the module's exports. */
  readonly kernel: number
  /** How many units of work there are, and how many a part has. */
  readonly whole: number
  readonly size: number
  /** The scratch memory of the first thread, and how many bytes each has. */
  readonly scratch: number
  readonly scratchBytes: number
  readonly numbers: readonly number[]
}

/** A worker has not finished its part: it may still write to the memory that the call was given. */
export class ThreadsLost extends Error {}

/** More would not fit into the count of parts. */
const MOST_PARTS = 255

/** How many parts of its own a thread computes, where there are enough: one that is held up leaves them to the others. */
const PARTS_EACH = 8

/** More threads would leave too few parts to each. */
export const MOST_THREADS = Math.floor(MOST_PARTS / PARTS_EACH)

/** How many units a part has: a multiple of `together`, and about the fewest that are worth it or more. Each thread has as many parts where there are enough. */
export const partSize = ({ count, fewest, together = 1 }: Units, threads: number): number => {
  const most = Math.min(PARTS_EACH * threads, Math.floor(count / fewest))
  const parts = most > threads ? most - (most % threads) : Math.max(1, most)
  return together * Math.ceil(count / (parts * together))
}

/** The calling thread and `count` - 1 workers, which end with the `owner` of their memory. */
export const simdThreads = (
  start: StartWorker,
  {
    module,
    memory,
    count,
    kernels,
    owner,
  }: Omit<ThreadData, 'shared' | 'thread'> & {
    readonly count: number
    readonly kernels: readonly PartedKernel[]
    readonly owner: object
  },
): SimdThreads => {
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
      // All parts of the last call are taken: no worker can take one before this.
      Atomics.store(state, STATE.untaken, ((Atomics.load(state, STATE.untaken) & ~MOST_PARTS) + MOST_PARTS + 1) | parts)
      Atomics.notify(state, STATE.untaken, parts - 1)
      takeParts(shared, kernels, 0)
      waitForOthers(state)
    },
  }
}

/** Ends the workers that share this state. It knows nothing else, so that what calls it keeps no memory. */
const ending = (shared: SharedArrayBuffer) => (): void => {
  const state = new Int32Array(shared, 0, 4)
  Atomics.store(state, STATE.over, 1)
  // Also for workers that are about to sleep: they would sleep only at the number of the last call.
  Atomics.add(state, STATE.untaken, MOST_PARTS + 1)
  Atomics.notify(state, STATE.untaken)
}

/** Workers end with the backend. */
const ends = new FinalizationRegistry<() => void>((end) => {
  end()
})

/** So long the calling thread looks at the last parts before it sleeps, in milliseconds: it takes a quarter of that to fall asleep and wake. */
const LOOKS = 0.2

/** So long a worker may take for one part, in milliseconds: some hundred times what it should. It is asked for in slices, in case the whole process was asleep. */
const SLICE = 500
const SLICES = 10

const waitForOthers = (state: Int32Array<SharedArrayBuffer>): void => {
  const unfinished = (): number => Atomics.load(state, STATE.unfinished)
  for (const until = performance.now() + LOOKS; performance.now() < until;) if (unfinished() === 0) return
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

/** Until there are fewer unfinished parts, or for a slice of time. */
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
