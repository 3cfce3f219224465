/**
 * The first worker, started before the page's own code is loaded: it starts a backend and downloads the first network meanwhile.
 *
 * This module imports no code, so that it runs at once.
 */
import type { NetworkName } from '../loss/layers.js'
import { newWorker } from './newWorker.js'
import { BACKENDS, type Answer, type Ask, type BackendName } from './protocol.js'

/** Whether the browser asks pages to save data. */
export const savesData = (): boolean => (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true

/** A worker that has been started, and its answers so far. */
export interface Started {
  readonly worker: Worker
  readonly backend: BackendName | 'best'
  readonly heard: readonly Answer[]
}

/** The network of the first loss: that of a link without a loss, and of a link to LPIPS. */
const firstNetworks = (parameters: URLSearchParams): readonly NetworkName[] =>
  !savesData() && !parameters.has('json') && (parameters.get('loss') ?? 'lpips') === 'lpips' ? ['alexnet'] : []

const start = (): Started => {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const backend = BACKENDS.find((name) => name === parameters.get('backend')) ?? 'best'
  const worker = newWorker()
  const heard: Answer[] = []
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    heard.push(data)
  }
  const tell = (ask: Ask): void => {
    worker.postMessage(ask)
  }
  tell({ kind: 'start', backend })
  tell({ kind: 'prefetch', networks: firstNetworks(parameters), loss: 'lpips' })
  return { worker, backend, heard }
}

let first: Started | undefined = start()

/** The first worker, once. */
export const takeFirst = (): Started | undefined => {
  const taken = first
  first = undefined
  return taken
}
