/**
 * The page's side of the worker.
 *
 * Whatever is asked last is what counts: it ends what the worker does. A worker that does not come to an end in time is ended itself, and another takes its place.
 */
import type { LossDocument } from 'perceptual-loss'
import type { Answer, Ask, BackendName, Descent, Limits, Pictures } from './protocol.js'

/** How long a step may go on after it was asked to end; longer ones are ended with their worker, whose networks must then be loaded again. */
const PATIENCE = 4000

/** What computes, without the page waiting. */
export interface Engine {
  readonly start: (backend: BackendName | 'best') => void
  readonly show: (pictures: Pictures) => void
  readonly evaluate: (loss: LossDocument, limits: Limits) => number
  readonly optimise: (loss: LossDocument, limits: Limits, descent: Descent) => number
  readonly cancel: () => void
  readonly end: () => void
}

/** An engine whose answers go to `hear`; those to a question that was followed by another are left out. */
export const engine = (hear: (answer: Answer) => void): Engine => {
  let id = 0
  let running = false
  let backend: BackendName | 'best' = 'best'
  let pictures: Pictures | undefined
  let impatience: ReturnType<typeof setTimeout> | undefined
  let worker = open()

  function open(): Worker {
    const opened = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    opened.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('id' in data && data.id !== 0 && data.id !== id) return
      if (data.kind === 'done' || data.kind === 'failed') settle()
      hear(data)
    }
    opened.onerror = (event) => {
      settle()
      hear({ kind: 'failed', id, message: event.message === '' ? 'The worker did not load.' : event.message })
    }
    return opened
  }
  function settle(): void {
    running = false
    clearTimeout(impatience)
  }
  const tell = (ask: Ask): void => {
    worker.postMessage(ask)
  }
  const replace = (): void => {
    worker.terminate()
    worker = open()
    settle()
    tell({ kind: 'start', backend })
    if (pictures !== undefined) tell({ kind: 'pictures', pictures })
    hear({ kind: 'done', id, cancelled: true })
  }
  const ask = (make: (id: number) => Ask): number => {
    running = true
    tell(make(++id))
    return id
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
    evaluate: (loss, limits) => ask((own) => ({ kind: 'evaluate', id: own, loss, limits })),
    optimise: (loss, limits, descent) => ask((own) => ({ kind: 'optimise', id: own, loss, limits, descent })),
    cancel: () => {
      if (!running) return
      tell({ kind: 'cancel' })
      clearTimeout(impatience)
      impatience = setTimeout(replace, PATIENCE)
    },
    end: () => {
      settle()
      worker.terminate()
    },
  }
}
