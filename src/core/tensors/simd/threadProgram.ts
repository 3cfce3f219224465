/**
 * How threads divide the work of one call into parts, in shared memory.
 *
 * `takeParts` and `serve` also run in workers, from their source text: they use no names of this module.
 */

/** The integers of the shared state. */
export const STATE = {
  /** The number of the call times 256, plus the parts of it that no thread has taken. */
  untaken: 0,
  /** The parts of the call that are not computed yet. */
  unfinished: 1,
  /** The workers that have started. */
  ready: 2,
  /** 1 if there are no more calls: workers end. */
  over: 3,
} as const

/** Where the numbers of a call start in the shared state, in bytes. */
export const CALL_AT = 64

/** The numbers before the kernel's own: the kernel, the count of parts, their size, the size of the whole, the scratch memory, its bytes per thread, and the count of numbers that follow. */
const CALL_NUMBERS = 7

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
    // If another call began meanwhile, or another thread was faster, the numbers just read are outdated.
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

/** The data of a worker. */
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
    // Polls first: the next call of a step comes soon, and falling asleep and waking take 0.05 ms.
    const until = performance.now() + 0.2
    while ((ticket & 255) === 0 && Atomics.load(state, 0) === ticket) if (performance.now() > until) Atomics.wait(state, 0, ticket)
  }
}

/** A worker's program: an expression for a function of its data. */
export const threadProgram = (): string => `((data) => (${serve.toString()})(${takeParts.toString()}, data))`
