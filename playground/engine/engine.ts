/**
 * The page's side of the worker.
 *
 * Whatever is asked last is what counts: it ends what the worker does. A worker that does not come to an end in time is ended itself, and another takes its place.
 */
import type { LossDocument } from 'perceptual-loss'
import type { NetworkName } from '../loss/layers.js'
import { connect } from './connection.js'
import { awaitedFiles } from './awaitedFiles.js'
import { takeFirst } from './firstWorker.js'
import { newWorker } from './newWorker.js'
import type { Answer, Ask, BackendName, Descent, Limits, Pictures } from './protocol.js'
import type { Size } from './resample.js'

/** How long a step may go on after it was asked to end; longer ones are ended with their worker, whose networks must then be loaded again. */
const PATIENCE = 4000

/** How long the worker may take to hear another question: while it computes a large picture in tiles it hears nothing. */
const OVERTAKING = 8000

/** A timer that starts again whenever it is started. */
const deadline = (milliseconds: number): { readonly start: (then: () => void) => void; readonly clear: () => void } => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = (): void => {
    clearTimeout(timer)
  }
  const start = (then: () => void): void => {
    clear()
    timer = setTimeout(then, milliseconds)
  }
  return { start, clear }
}

/** What computes, without the page waiting. */
export interface Engine {
  readonly start: (backend: BackendName | 'best') => void
  readonly prefetch: (networks: readonly NetworkName[]) => void
  readonly show: (pictures: Pictures) => void
  readonly evaluate: (loss: LossDocument, limits: Limits) => void
  readonly optimise: (loss: LossDocument, limits: Limits, descent: Descent) => void
  /** The loss as an ONNX file; rejects with the reason where there is none. */
  readonly onnx: (loss: LossDocument, size: Size) => Promise<Uint8Array<ArrayBuffer>>
  readonly cancel: () => void
  readonly end: () => void
}

/** An engine whose answers go to `hear`, except answers to a question that was followed by another. */
export const engine = (hear: (answer: Answer) => void): Engine => {
  let id = 0
  let running = false
  const impatience = deadline(PATIENCE)
  const overtaking = deadline(OVERTAKING)
  const settle = (): void => {
    running = false
    impatience.clear()
    overtaking.clear()
  }
  const files = awaitedFiles()
  const receive = (answer: Answer): void => {
    if (answer.kind === 'onnx') files.receive(answer)
    if ('id' in answer && answer.id !== 0 && answer.id !== id) return
    if (answer.kind === 'heard') overtaking.clear()
    if (answer.kind === 'done' || answer.kind === 'failed') settle()
    hear(answer)
  }
  const worker = connect({ first: takeFirst(), open: newWorker }, receive, (message) => {
    settle()
    files.fail(message)
    hear({ kind: 'failed', id, message })
  })
  const replace = (): void => {
    worker.replace()
    settle()
    files.fail('The worker was started again: please try again.')
  }
  const ask = (question: Ask): void => {
    if (running)
      overtaking.start(() => {
        replace()
        ask(question)
      })
    running = true
    worker.tell(question)
  }

  return {
    start: worker.start,
    prefetch: (networks) => {
      if (networks.length > 0) worker.tell({ kind: 'prefetch', networks })
    },
    show: worker.show,
    evaluate: (loss, limits) => {
      ask({ kind: 'evaluate', id: ++id, loss, limits })
    },
    optimise: (loss, limits, descent) => {
      ask({ kind: 'optimise', id: ++id, loss, limits, descent })
    },
    onnx: (loss, size) => files.await((of) => worker.tell({ kind: 'onnx', id: of, loss, size })),
    cancel: () => {
      if (!running) return
      worker.tell({ kind: 'cancel' })
      overtaking.clear()
      impatience.start(() => {
        replace()
        hear({ kind: 'done', id, cancelled: true })
      })
    },
    end: () => {
      settle()
      worker.end()
    },
  }
}
