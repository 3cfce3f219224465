/** Runs a file of examples/, as its npm script does but compiled beforehand, and gives what it printed. */
import { spawn } from 'node:child_process'
import { compiled } from '../support/compiled.js'
import { root } from '../support/madeOnce.js'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What TensorFlow's C library says when it is loaded; no setting keeps it from that. */
const NATIVE_NOTE = /^(?:WARNING: All log messages before absl|I0000 ).*\n/gm

/** Runs it to its end; Ctrl-C (SIGINT) is sent once when `interruptAfter` has been printed. */
export const run = (file: string, args: readonly string[], interruptAfter?: RegExp): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiled(`examples/${file}`), ...args], { cwd: root })
    let [stdout, stderr, sent] = ['', '', false]
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString()
      if (sent || interruptAfter?.test(stdout) !== true) return
      sent = true
      child.kill('SIGINT')
    })
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code, stdout, stderr: stderr.replace(NATIVE_NOTE, '') })
    })
  })
