/**
 * Reads available items without waiting for more.
 *
 * Law: `take` waits for the next one; `takeReady` gives it where it is there already, and otherwise leaves it for the next `take`.
 */

/** A source of things that come one by one. */
export interface Ready<A> {
  /** The next one; undefined where no more come. */
  readonly take: () => Promise<A | undefined>
  readonly takeReady: () => Promise<A | undefined>
}

/** Takes from an iterator; nothing comes after `wish` is aborted. */
export const ready = <A>(items: AsyncIterator<A, undefined>, wish: AbortSignal): Ready<A> => {
  const stopped = new Promise<undefined>((resolve) => {
    const stop = (): void => resolve(undefined)
    if (wish.aborted) stop()
    else wish.addEventListener('abort', stop)
  })
  let coming: Promise<A | undefined> | undefined
  const next = (): Promise<A | undefined> => (coming ??= items.next().then(({ value }) => value))
  const arrived = async (other: Promise<undefined>): Promise<A | undefined> => {
    const item = await Promise.race([next(), other])
    if (item !== undefined) coming = undefined
    return item
  }
  return { take: () => arrived(stopped), takeReady: () => arrived(aTurn()) }
}

/** After what is ready now has had its turn. */
const aTurn = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)))
