/** The worker: does one thing at a time, the latest that was asked for; what it is asked meanwhile ends what it does. */
import { either as E } from 'fp-ts'
import { lpips } from 'perceptual-loss'
import type { NetworkName } from '../loss/layers.js'
import { startBackend } from './backends.js'
import { evaluate, optimise } from './compute.js'
import { forgetPeaks } from './fit.js'
import { prefetch } from './networks.js'
import { loadFor, tryCompiled, type Job } from './job.js'
import { onnxFile } from './onnxFile.js'
import type { Answer, Ask, Pictures } from './protocol.js'
import { Cancelled, type Token } from './turn.js'

const say = (answer: Answer): void => {
  self.postMessage(answer)
}

let pictures: Pictures | undefined
let token: Token = { cancelled: false }
let last: Promise<void> = Promise.resolve()

self.onmessage = ({ data }: MessageEvent<Ask>): void => {
  if (data.kind === 'prefetch') {
    data.networks.forEach((name) => void ahead(name, data.loss))
    return
  }
  if (data.kind === 'onnx') {
    last = last.then(() => write(data))
    return
  }
  token.cancelled = true
  token = { cancelled: false }
  const own = token
  if (data.kind === 'pictures') pictures = data.pictures
  else if (data.kind !== 'cancel') {
    if (data.kind !== 'start') say({ kind: 'heard', id: data.id })
    last = last.then(() => answer(data, own))
  }
}

/** Loads a network before it is asked for, and puts its filters for LPIPS onto the backend while the page is still loading. */
const ahead = async (name: NetworkName, loss: 'lpips' | undefined): Promise<void> => {
  const network = await prefetch(name, (of, received, total) => {
    say({ kind: 'loading', network: of, received, total })
  })
  if (network === undefined || loss === undefined) return
  // A failure is reported to the loss that needs it.
  last = last.then(() => void tryCompiled(lpips(), network, {})).catch(() => undefined)
}

const write = async ({ id, loss, size }: Extract<Ask, { kind: 'onnx' }>): Promise<void> => {
  try {
    const file = await onnxFile(await loadFor(loss, say), size)
    say({ kind: 'onnx', id, file: E.isRight(file) ? Uint8Array.from(file.right) : undefined, problem: E.isLeft(file) ? file.left : undefined })
  } catch (error) {
    say({ kind: 'onnx', id, file: undefined, problem: error instanceof Error ? error.message : String(error) })
  }
  sayFiles()
}

const answer = async (ask: Exclude<Ask, { kind: 'pictures' | 'cancel' | 'prefetch' | 'onnx' }>, own: Token): Promise<void> => {
  const id = ask.kind === 'start' ? 0 : ask.id
  try {
    if (ask.kind === 'start') {
      forgetPeaks()
      say({ kind: 'started', ...(await startBackend(ask.backend)) })
    } else await compute(ask, own)
  } catch (error) {
    if (error instanceof Cancelled) say({ kind: 'done', id, cancelled: true })
    else say({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) })
  }
}

let filesSaid = 0

const sayFiles = (): void => {
  const urls = performance.getEntriesByType('resource').map(({ name }) => name)
  if (urls.length > filesSaid) say({ kind: 'files', urls: urls.slice(filesSaid) })
  filesSaid = urls.length
}

const compute = async (ask: Extract<Ask, { kind: 'evaluate' | 'optimise' }>, own: Token): Promise<void> => {
  if (own.cancelled) throw new Cancelled()
  if (pictures === undefined) throw new Error('There are no pictures yet.')
  const job: Job = { id: ask.id, loss: ask.loss, limits: ask.limits, pictures, token: own, say }
  await (ask.kind === 'evaluate' ? evaluate(job) : optimise(ask.descent, job))
  say({ kind: 'done', id: ask.id, cancelled: false })
  sayFiles()
}
