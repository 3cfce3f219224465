/** The suite in a browser: `window.conformance(backend, networks)` hands over one result after the other. */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { measure, type Files } from './measure.js'
import { runsOn, type ChromiumSystem } from './systems.js'
import { toWire, type Wire } from './wire.js'

const files: Files = async (name) => {
  const response = await fetch(name)
  if (!response.ok) throw new Error(`${name}: ${String(response.status)}`)
  return new Uint8Array(await response.arrayBuffer())
}

declare global {
  interface Window {
    /** The page's own: runs all, and resolves when it is done. */
    conformance: (backend: ChromiumSystem, networks: readonly string[]) => Promise<void>
    /** Whoever drives the page takes each result by this. */
    conformanceResult: (result: Wire) => Promise<void>
  }
}

window.conformance = async (backend, networks) => {
  if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} did not start.`)
  for await (const measured of measure(files, (entry) => runsOn(backend, entry) && (entry.network === undefined || networks.includes(entry.network))))
    await window.conformanceResult(toWire(measured))
}
