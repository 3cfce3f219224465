/** The connection to a worker, which can be replaced by a new one with the same backend and pictures. */
import type { Answer, Ask, BackendName, Pictures } from './protocol.js'

/** A worker, and what a new one has to be told. */
export interface Connection {
  readonly start: (backend: BackendName | 'best') => void
  readonly show: (pictures: Pictures) => void
  readonly tell: (ask: Ask) => void
  readonly replace: () => void
  readonly end: () => void
}

/** Connects to a new worker. */
export const connect = (receive: (answer: Answer) => void, fail: (message: string) => void): Connection => {
  let backend: BackendName | 'best' = 'best'
  let pictures: Pictures | undefined
  let worker = openWorker(receive, fail)
  const tell = (ask: Ask): void => {
    worker.postMessage(ask)
  }
  return {
    start: (wanted) => {
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
      worker = openWorker(receive, fail)
      tell({ kind: 'start', backend })
      if (pictures !== undefined) tell({ kind: 'pictures', pictures })
    },
    end: () => {
      worker.terminate()
    },
  }
}

const openWorker = (receive: (answer: Answer) => void, fail: (message: string) => void): Worker => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    receive(data)
  }
  worker.onerror = ({ message }) => {
    fail(message === '' ? 'The worker did not load.' : message)
  }
  return worker
}
