/** Ctrl-C, or a machine's request to end, as a wish to stop, not an end. */

/** Whether a stop was asked for, and how to go back to the usual Ctrl-C. */
export interface Interrupt {
  readonly asked: () => boolean
  /** Aborted when a stop is asked for. */
  readonly wish: AbortSignal
  /** The exit status that says by what a process was stopped. */
  readonly status: () => number
  readonly release: () => void
}

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_MS = 1000

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const

/** From now on the first of these signals (Ctrl-C where none is named) only asks; a later one ends the process at once. */
export const catchInterrupt = (...signals: readonly (keyof typeof STATUS)[]): Interrupt => {
  const wish = new AbortController()
  const caught = signals.length === 0 ? (['SIGINT'] as const) : signals
  let since: number | undefined
  let status = 0
  const listeners = caught.map((signal) => {
    const listener = (): void => {
      if (since !== undefined && performance.now() - since > SAME_MS) process.exit(STATUS[signal])
      since ??= performance.now()
      status ||= STATUS[signal]
      wish.abort()
    }
    process.on(signal, listener)
    return [signal, listener] as const
  })
  return {
    asked: () => since !== undefined,
    wish: wish.signal,
    status: () => status,
    release: () => {
      for (const [signal, listener] of listeners) process.off(signal, listener)
    },
  }
}
