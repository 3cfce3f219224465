/** Runs another program and waits for it. */
import { spawn } from 'node:child_process'

/** How a program ended; `missing` where there is none of this name. */
export interface Ended {
  readonly status: number | 'missing' | 'too long'
  readonly out: string
  readonly err: string
}

/** How a program is run. */
export interface Running {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Seconds after which it is ended. */
  readonly limit?: number
}

/** Runs a program to its end; never throws. */
export const runProgram = (name: string, args: readonly string[], { cwd, env = process.env, limit = 1800 }: Running = {}): Promise<Ended> =>
  new Promise((done) => {
    const said = { out: '', err: '' }
    const child = spawn(name, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      done({ status: 'too long', ...said })
    }, limit * 1000)
    const ended = (status: Ended['status']): void => {
      clearTimeout(timer)
      done({ status, ...said })
    }
    child.stdout.on('data', (text: Buffer) => (said.out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (said.err += text.toString()))
    child.on('error', () => {
      ended('missing')
    })
    child.on('close', (code) => {
      ended(code ?? 1)
    })
  })

/** The error line: the first one that names an error, or the last one. */
export const complaint = ({ out, err }: Ended): string => {
  const lines = `${out}\n${err}`.split('\n').map((line) => line.trim())
  const spoken = lines.filter((line) => line !== '' && !/^(npm )?warn|^at /i.test(line))
  const telling = spoken.find((line) => /error: |^npm error (?!code|errno|path|A complete)/i.test(line)) ?? spoken.at(-1) ?? 'no output'
  return telling
    .replace(/^(npm )?\w*error:?\s*/i, '')
    .replace(/\.$/, '')
    .slice(0, 300)
}
