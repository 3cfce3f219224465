/** The page's connection to its worker: no answer is lost, whoever is ready first. */
import { describe, expect, it } from 'vitest'
import { connect } from '../../playground/engine/connection.js'
import type { Answer, Ask } from '../../playground/engine/protocol.js'

const started = (backend: 'wasm' | 'cpu'): Answer => ({ kind: 'started', backend, reason: 'asked for', threads: 1, tried: [] })

/** A worker that remembers what it was told, and says what a test lets it say. */
const fakeWorker = () => {
  const told: Ask[] = []
  const worker = { onmessage: null, onerror: null, postMessage: (ask: Ask) => told.push(ask), terminate: () => undefined } as unknown as Worker
  return { worker, told, say: (data: Answer) => void worker.onmessage?.({ data } as MessageEvent<Answer>) }
}

const connected = (heard: readonly Answer[]) => {
  const first = fakeWorker()
  const received: Answer[] = []
  const connection = connect(
    { first: { worker: first.worker, backend: 'wasm', heard }, open: () => fakeWorker().worker },
    (answer) => received.push(answer),
    () => undefined,
  )
  return { first, received, connection }
}

describe('a backend that started before the page asked for it', () => {
  it('is told of when the page asks, not before: asking forgets what started', () => {
    const { connection, first, received } = connected([started('wasm')])
    expect(received).toEqual([])
    connection.start('wasm')
    expect([received, first.told]).toEqual([[started('wasm')], []])
  })

  it('also where it starts between the connection and the question', () => {
    const { connection, first, received } = connected([])
    first.say(started('wasm'))
    expect(received).toEqual([])
    connection.start('wasm')
    expect(received).toEqual([started('wasm')])
  })

  it('is not told of where another is asked for', () => {
    const { connection, first, received } = connected([started('wasm')])
    connection.start('cpu')
    expect([received, first.told]).toEqual([[], [{ kind: 'start', backend: 'cpu' }]])
    first.say(started('cpu'))
    expect(received).toEqual([started('cpu')])
  })
})
