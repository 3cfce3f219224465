/** The suite in a Node process of its own: `worker.ts SYSTEM FOLDER NETWORKS EXTENT` prints a result a line. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { useFastestBackend } from '../../src/node/index.js'
import { setGpu } from './dawn.js'
import { measure } from './measure.js'
import { NETWORKS } from './suite.js'
import { casesOf, IN_NODE, type NodeSystem } from './systems.js'
import { toWire } from './wire.js'

const [system = '', folder = '', networks = '', extent = ''] = process.argv.slice(2)

const startDawn = async (): Promise<void> => {
  setGpu()
  await import('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) throw new Error('The backend webgpu did not start: it needs a Vulkan driver, such as the SwiftShader beside Chromium.')
}

const START: Readonly<Record<NodeSystem, () => Promise<unknown>>> = {
  cpu: () => useFastestBackend({ among: ['cpu'] }),
  wasm: () => useFastestBackend({ among: ['wasm'], threads: 1 }),
  'wasm, 2 threads': () => useFastestBackend({ among: ['wasm'], threads: 2 }),
  native: () => useFastestBackend({ among: ['tfjs-node-gpu', 'tfjs-node'] }),
  'webgpu in Node': startDawn,
}

const known = IN_NODE.find((name) => name === system)
if (known === undefined) throw new Error(`${system} is not one of ${IN_NODE.join(', ')}.`)
await START[known]()
const files = (name: string): Promise<Uint8Array> => readFile(join(folder, name))
const here = NETWORKS.filter((name) => networks.split(',').includes(name))
for await (const measured of measure(files, casesOf(known, here, extent === 'shared' ? 'shared' : 'whole')))
  await new Promise((written) => process.stdout.write(`${JSON.stringify(toWire(measured))}\n`, written))
// Dawn keeps a process alive.
process.exit(0)
