/** Ctrl-C or a termination signal as a request to stop. */

/** Whether a stop was requested, and how to restore the usual Ctrl-C. */
export interface Interrupt {
  readonly asked: () => boolean
  /** Aborted when a stop is requested. */
  readonly wish: AbortSignal
  /** The exit status for the signal that stopped the process. */
  readonly status: () => number
  readonly release: () => void
}

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_MS = 1000

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const

/** From now on the first of these signals (by default Ctrl-C) requests a stop; a second one ends the process at once. */
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
