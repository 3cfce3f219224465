/** A new worker, from code inside the page's: pages from files may load no others. */
import InFile from './worker.ts?worker&inline'

export const newWorker = (): Worker => new InFile()
