/** Starts workers: in browsers from a Blob, unless the page's policy forbids it. */

/** Starts a worker that runs a program (an expression for a function) on data; `ended` is called when it has ended or failed. Throws if workers are not allowed. */
export type StartWorker = (program: string, data: object, ended: () => void) => void

const starters = new WeakMap<object, StartWorker>()

/** Sets how workers for this backend start; browsers do not need it. */
export const setWorkerStarter = (backend: object, start: StartWorker): void => void starters.set(backend, start)

/** How workers for a backend start. */
export const workerStarter = (backend: object): StartWorker => starters.get(backend) ?? fromBlob

const fromBlob: StartWorker = (program, data, ended) => {
  const text = `onmessage = ({ data }) => { ${program}(data); close() }`
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))
  worker.onerror = (event) => {
    event.preventDefault()
    ended()
  }
  worker.postMessage(data)
}
