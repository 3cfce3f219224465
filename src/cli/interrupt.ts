/** Ctrl-C as a wish to stop, not an end. */

/** Whether a stop was asked for, and how to go back to the usual Ctrl-C. */
export interface Interrupt {
  readonly asked: () => boolean
  readonly release: () => void
}

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_MS = 1000

/** From now on the first Ctrl-C only asks; a later one ends the process at once. */
export const catchInterrupt = (): Interrupt => {
  let since: number | undefined
  const listener = (): void => {
    if (since !== undefined && performance.now() - since > SAME_MS) process.exit(130)
    since ??= performance.now()
  }
  process.on('SIGINT', listener)
  return { asked: () => since !== undefined, release: () => void process.off('SIGINT', listener) }
}
