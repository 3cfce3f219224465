/** Traces at several sizes that have no graph in common: what differs in them. */
export class Differs extends Error {}

export const differs = (what: string): never => {
  throw new Differs(what)
}

/** What work returns, or the reason why the traces have no graph in common. */
export const orDiffers = <A>(work: () => A): A | Differs => {
  try {
    return work()
  } catch (error) {
    if (error instanceof Differs) return error
    throw error
  }
}
