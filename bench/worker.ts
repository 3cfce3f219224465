/**
 * A system in a process of its own: one JSON request per line on its stdin, one JSON answer per line on its stdout.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { System } from './systems.js'
import type { Needs, Numbers, Workload } from './workload.js'

/** The files of a workload's pictures. */
export interface Files {
  readonly target: string
  readonly prediction: string
}

interface Key {
  readonly key: string
}

/** The requests and answers of a worker; a failed request's answer has `error`. */
export interface Requests {
  /** Loads the weights; the pictures come as float32 files. */
  readonly start: { readonly ask: { readonly weights: string; readonly threads: number }; readonly answer: { readonly version: string } }
  /** Sets a workload up and runs it once; it stays until `end`. */
  readonly setup: { readonly ask: Workload & Files & Key; readonly answer: Numbers }
  readonly step: { readonly ask: Key; readonly answer: { readonly milliseconds: number } }
  readonly needs: { readonly ask: Key; readonly answer: Needs }
  /** Frees every workload. */
  readonly end: { readonly ask: Readonly<Record<string, never>>; readonly answer: Readonly<Record<string, never>> }
}

/** A system that runs. */
export interface Worker {
  readonly system: System
  readonly request: <K extends keyof Requests>(kind: K, ask: Requests[K]['ask']) => Promise<Requests[K]['answer']>
  readonly stop: () => void
}

/** Starts a system. */
export const startWorker = (system: System): Worker => {
  const [command = '', ...rest] = system.command
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...system.environment } })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  /** The next line that is an answer; libraries also print lines. */
  const answer = async (): Promise<string> => {
    for (;;) {
      const line = await lines.next()
      if (line.done === true) throw new Error(`${system.name} ended: ${said}`)
      if (line.value.startsWith('{"answer":')) return line.value
    }
  }
  return {
    system,
    request: async (kind, ask) => {
      child.stdin.write(`${JSON.stringify({ kind, ...ask })}\n`)
      const { answer: given } = JSON.parse(await answer()) as { readonly answer: Requests[typeof kind]['answer'] & { readonly error?: string } }
      if (given.error !== undefined) throw new Error(`${system.name}: ${given.error}`)
      return given
    },
    stop: () => {
      child.stdin.end()
    },
  }
}
