/** Lets the worker look at what the page has said meanwhile. */
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
port2.onmessage = () => waiting.shift()?.()

/** A turn of the event loop; timers would be put off by 4 ms each. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    port1.postMessage(undefined)
  })

/** What a computation asks between its parts. */
export interface Token {
  cancelled: boolean
}

/** Ends a computation that nobody waits for. */
export class Cancelled extends Error {}

/** A turn, after which a cancelled computation ends. */
export const turnOf = async (token: Token): Promise<void> => {
  await turn()
  if (token.cancelled) throw new Cancelled()
}
