/**
 * The workloads that a worker has set up, by their keys.
 */

/** Workloads of one worker. */
export interface Started<A> {
  readonly put: (key: string, workload: A) => void
  /** Throws if it was not set up. */
  readonly get: (key: string) => A
  /** Removes and returns all of them. */
  readonly take: () => readonly A[]
}

/** None so far. */
export const startedWorkloads = <A>(): Started<A> => {
  const known = new Map<string, A>()
  return {
    put: (key, workload) => {
      known.set(key, workload)
    },
    get: (key) => {
      const workload = known.get(key)
      if (workload === undefined) throw new Error(`The workload ${key} was not set up.`)
      return workload
    },
    take: () => {
      const all = [...known.values()]
      known.clear()
      return all
    },
  }
}
