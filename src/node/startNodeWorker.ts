/** Workers of Node for the threads of the WASM kernels. */
import { Worker } from 'node:worker_threads'
import type { StartWorker } from '../core/tensors/simd/startWorker.js'

/** Starts a worker that does not keep the process alive, without this process' options for Node: with `--input-type` no worker starts, and `--import` loads modules that it does not need. */
export const startNodeWorker: StartWorker = (program, data, ended) => {
  const worker = new Worker(`${program}(require('node:worker_threads').workerData)`, { eval: true, workerData: data, execArgv: [], env: {} })
  worker.on('error', ended).on('exit', ended).unref()
}
