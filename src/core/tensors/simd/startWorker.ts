/** Starts workers: in browsers from a Blob; where a page's policy or the runtime refuses that, none start. */

/** Starts a worker that runs a program (an expression for a function) on data; `ended` is called when it has ended or failed. Throws where workers are refused. */
export type StartWorker = (program: string, data: object, ended: () => void) => void

const starters = new WeakMap<object, StartWorker>()

/** Workers for this backend start by `start`; in browsers that is not needed. */
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
