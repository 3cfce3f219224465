/** A worker process that stays, and compares pairs as it is asked to: what is timed is neither its start nor its first look at its weights. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** How a worker is started. */
export interface Started {
  readonly backend: string
  readonly loss: string
  readonly threads: number
  /** Where the pictures 0.png to 19.png are. */
  readonly folder: string
}

/** A worker. */
export interface Running {
  /** Compares so many pairs; the seconds from the first line given until the last result came. */
  readonly compare: (count: number) => Promise<number>
  /** The most resident bytes that it had; undefined where the system does not tell (other than Linux). */
  readonly peak: () => Promise<number | undefined>
  readonly stop: () => Promise<void>
}

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
const line = (i: number): string => `${JSON.stringify({ id: String(i), reference: '0.png', picture: `${String(i % 20)}.png` })}\n`

/** Starts a worker; it is ready when its first result comes. */
export const running = ({ backend, loss, threads, folder }: Started): Running => {
  const child = spawn(process.execPath, [main, 'worker', '--root', folder, '--loss', loss, '--backend', backend, '--threads', String(threads)])
  let [said, awaited] = ['', 0]
  let answered = (): void => undefined
  let failed: (reason: Error) => void = answered
  child.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2000)))
  child.stdout.on('data', (data: Buffer) => {
    const text = data.toString()
    if (text.includes('"error"')) failed(new Error(`A pair failed: ${text}`))
    awaited -= text.split('\n').length - 1
    if (awaited <= 0) answered()
  })
  child.on('close', () => {
    failed(new Error(`A worker for ${loss} (${backend}) ended: ${said}`))
  })
  return {
    compare: async (count) => {
      awaited = count
      const done = new Promise<void>((resolve, reject) => ([answered, failed] = [resolve, reject]))
      const start = performance.now()
      child.stdin.write(Array.from({ length: count }, (_, i) => line(i)).join(''))
      await done
      return (performance.now() - start) / 1000
    },
    peak: async () => {
      const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8').catch(() => '')
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status) ?? []
      return kilobytes === undefined ? undefined : 1024 * Number(kilobytes)
    },
    stop: async () => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
