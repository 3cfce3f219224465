/** The connection to a worker, which can be replaced by a new one with the same backend and pictures. */
import type { Started } from './firstWorker.js'
import type { Answer, Ask, BackendName, Pictures } from './protocol.js'

/** A worker, and what a new one has to be told. */
export interface Connection {
  readonly start: (backend: BackendName | 'best') => void
  readonly show: (pictures: Pictures) => void
  readonly tell: (ask: Ask) => void
  readonly replace: () => void
  readonly end: () => void
}

/** The worker that was started with the page, if it has not been taken yet, and how to open another. */
export interface Workers {
  readonly first: Started | undefined
  readonly open: () => Worker
}

/**
 * Connects to the first worker; later, to a new one.
 *
 * What the first worker says before the page asks for a backend is received when it does, for the page forgets then what started before.
 */
export const connect = ({ first, open }: Workers, receive: (answer: Answer) => void, fail: (message: string) => void): Connection => {
  let backend: BackendName | 'best' | undefined = first?.backend
  let pictures: Pictures | undefined
  let early: Answer[] | undefined = [...(first?.heard ?? [])]
  const take = (answer: Answer): void => {
    if (early === undefined) receive(answer)
    else early.push(answer)
  }
  let worker = hearing(first?.worker ?? open(), take, fail)
  const tell = (ask: Ask): void => {
    worker.postMessage(ask)
  }
  return {
    start: (wanted) => {
      const same = wanted === backend
      const said = early ?? []
      early = undefined
      said.filter(({ kind }) => same || kind !== 'started').forEach(receive)
      if (same) return
      backend = wanted
      tell({ kind: 'start', backend })
    },
    show: (shown) => {
      pictures = shown
      tell({ kind: 'pictures', pictures })
    },
    tell,
    replace: () => {
      worker.terminate()
      worker = hearing(open(), take, fail)
      tell({ kind: 'start', backend: backend ?? 'best' })
      if (pictures !== undefined) tell({ kind: 'pictures', pictures })
    },
    end: () => {
      worker.terminate()
    },
  }
}

const hearing = (worker: Worker, receive: (answer: Answer) => void, fail: (message: string) => void): Worker => {
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    receive(data)
  }
  worker.onerror = ({ message }) => {
    fail(message === '' ? 'The worker did not load.' : message)
  }
  return worker
}
