/** The connection to a worker, which can be replaced by a new one with the same backend and pictures. */
import { newWorker, takeFirst } from './firstWorker.js'
import type { Answer, Ask, BackendName, Pictures } from './protocol.js'

/** A worker, and what a new one has to be told. */
export interface Connection {
  readonly start: (backend: BackendName | 'best') => void
  readonly show: (pictures: Pictures) => void
  readonly tell: (ask: Ask) => void
  readonly replace: () => void
  readonly end: () => void
}

/** Connects to the worker that was started with the page; later, to a new one. */
export const connect = (receive: (answer: Answer) => void, fail: (message: string) => void): Connection => {
  const first = takeFirst()
  let backend: BackendName | 'best' | undefined = first?.backend
  let pictures: Pictures | undefined
  let worker = hearing(first?.worker ?? newWorker(), receive, fail)
  // Answers that came before the page did.
  if (first !== undefined)
    queueMicrotask(() => {
      first.heard.forEach(receive)
    })
  const tell = (ask: Ask): void => {
    worker.postMessage(ask)
  }
  return {
    start: (wanted) => {
      if (wanted === backend) return
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
      worker = hearing(newWorker(), receive, fail)
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
