/** Workers of Node for the threads of the WASM kernels. */
import { Worker } from 'node:worker_threads'
import type { StartWorker } from '../core/tensors/simd/startWorker.js'

/** Starts a worker without this process' options for Node, of which `--input-type` lets none start and `--import` loads what it does not need. It keeps no process from ending. */
export const startNodeWorker: StartWorker = (program, data, ended) => {
  const worker = new Worker(`${program}(require('node:worker_threads').workerData)`, { eval: true, workerData: data, execArgv: [], env: {} })
  worker.on('error', ended).on('exit', ended).unref()
}
