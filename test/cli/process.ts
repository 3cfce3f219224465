/** The command line as a process of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compiled } from '../support/compiled.js'
import type { Said } from './said.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The program and its arguments, as a user's machine would start them. */
export const command = (args: readonly string[]): readonly [string, ...string[]] => [process.execPath, compiled('src/cli/main.ts'), ...args]

/** Starts it. */
export const started = (args: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, command(args).slice(1), { cwd: root, env: { ...process.env, NODE_ENV: 'production' } })

/** Runs it to its end, its lines on progress left out: whether they come depends on the machine's speed; Ctrl-C (SIGINT) is sent once when `interruptAfter` has been printed on either output. */
export const ranAlone = (args: readonly string[], interruptAfter?: RegExp): Promise<Said> =>
  new Promise((resolve, reject) => {
    const child = started(args)
    const said = { out: '', err: '' }
    let sent = false
    const hear =
      (where: 'out' | 'err') =>
      (data: Buffer): void => {
        said[where] += data.toString()
        if (sent || interruptAfter?.test(said[where]) !== true) return
        sent = true
        child.kill('SIGINT')
      }
    child.stdout.on('data', hear('out'))
    child.stderr.on('data', hear('err'))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ status: code ?? -1, out: said.out, err: said.err.replaceAll(/^perceptual-loss: (\d+ (of \d+ )?done|working for \d+ s).*\n/gm, '') })
    })
  })
