/** The suite in a browser: `window.conformance(system, networks, extent)` hands over one result after the other. */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { measure, type Files } from './measure.js'
import type { NetworkName } from './suite.js'
import { casesOf, type ChromiumSystem, type Extent } from './systems.js'
import { toWire, type Wire } from './wire.js'

const files: Files = async (name) => {
  const response = await fetch(name)
  if (!response.ok) throw new Error(`${name}: ${String(response.status)}`)
  return new Uint8Array(await response.arrayBuffer())
}

declare global {
  interface Window {
    /** The page's own: runs all, and resolves when it is done. */
    conformance: (system: ChromiumSystem, networks: readonly NetworkName[], extent: Extent) => Promise<void>
    /** Whoever drives the page takes each result by this. */
    conformanceResult: (result: Wire) => Promise<void>
  }
}

window.conformance = async (system, networks, extent) => {
  const backend = system === 'webgl of float16' ? 'webgl' : system
  // As on a graphics card (most phones') that renders to no textures of float32.
  if (system === 'webgl of float16') tf.env().setFlags({ WEBGL_RENDER_FLOAT32_CAPABLE: false, WEBGL_RENDER_FLOAT32_ENABLED: false })
  if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} did not start.`)
  for await (const measured of measure(files, casesOf(system, networks, extent))) await window.conformanceResult(toWire(measured))
}
