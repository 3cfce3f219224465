/**
 * What threads share: the work of one call, divided into parts, in shared memory.
 *
 * `takeParts` and `serve` also run in workers, from their source: they name nothing outside of themselves but the engine's own.
 */

/** The whole numbers of the shared state. */
export const STATE = {
  /** The number of the call times 256, plus how many of its parts nobody has taken yet. */
  untaken: 0,
  /** How many parts of the call are not computed yet. */
  unfinished: 1,
  /** How many workers have started. */
  ready: 2,
  /** 1 when there are no more calls: workers end. */
  over: 3,
} as const

/** Where the numbers of a call start in the shared state, in bytes. */
export const CALL_AT = 64

/** The numbers before the kernel's own: the kernel, how many parts, their size, the size of the whole, scratch memory, that of each thread, and how many numbers follow. */
export const CALL_NUMBERS = 7

/** The size of the shared state in bytes, for kernels of at most 48 numbers. */
export const STATE_BYTES = CALL_AT + 8 * (CALL_NUMBERS + 48)

/** A kernel that computes a part of its work: with scratch memory, from the first unit to before the end, and its own numbers. */
export type PartedKernel = (scratch: number, first: number, end: number, ...numbers: readonly number[]) => unknown

/** Computes parts of the current call until all are taken. A kernel that fails ends all calls. */
export const takeParts = (shared: SharedArrayBuffer, kernels: readonly PartedKernel[], thread: number): void => {
  const state = new Int32Array(shared, 0, 4)
  const call = new Float64Array(shared, 64)
  for (;;) {
    const ticket = Atomics.load(state, 0)
    const untaken = ticket & 255
    if (untaken === 0) return
    const [kernel = 0, parts = 0, size = 0, whole = 0, scratch = 0, scratchBytes = 0, count = 0] = call
    const numbers = call.slice(7, 7 + count)
    // Where another call has come meanwhile, or another thread was faster, what was read is of no use.
    if (Atomics.compareExchange(state, 0, ticket, ticket - 1) !== ticket) continue
    const first = (parts - untaken) * size
    const compute = kernels[kernel]
    try {
      if (compute === undefined) throw new Error('There is no such kernel.')
      compute(scratch + thread * scratchBytes, first, Math.min(first + size, whole), ...numbers)
    } catch {
      Atomics.store(state, 3, 1)
      Atomics.notify(state, 1)
      return
    }
    if (Atomics.sub(state, 1, 1) === 1) Atomics.notify(state, 1)
  }
}

/** What a worker is given. */
export interface ThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly shared: SharedArrayBuffer
  /** Its number: 0 is the calling thread. */
  readonly thread: number
}

/** A worker: computes parts of all calls, and sleeps between them. */
export const serve = (take: typeof takeParts, { module, memory, shared, thread }: ThreadData): void => {
  const kernels = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports) as PartedKernel[]
  const state = new Int32Array(shared, 0, 4)
  Atomics.add(state, 2, 1)
  while (Atomics.load(state, 3) === 0) {
    take(shared, kernels, thread)
    const ticket = Atomics.load(state, 0)
    // The next call of a step is near, and a thread takes 0.05 ms to fall asleep and wake.
    const until = performance.now() + 0.2
    while ((ticket & 255) === 0 && Atomics.load(state, 0) === ticket) if (performance.now() > until) Atomics.wait(state, 0, ticket)
  }
}

/** A worker's program: an expression for a function of its data. */
export const threadProgram = (): string => `((data) => (${serve.toString()})(${takeParts.toString()}, data))`
