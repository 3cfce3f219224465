/**
 * Runs a target's fuzzing in a process of its own, and another one from where that ended when an input ends it or never ends itself.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastInput } from './current.js'

/** What came of it. */
export interface TargetReport {
  readonly name: string
  readonly read: number
  readonly refused: number
  /** The inputs that were kept, being the first to reach some code, and the blocks of code reached; 0 where it is not JavaScript. */
  readonly corpus: number
  readonly blocks: number
  /** The longest, in milliseconds; the most bytes of typed arrays, and of resident memory, that one input took. */
  readonly worst: { readonly ms: number; readonly asked: number; readonly resident: number }
  readonly findings: readonly string[]
}

/** Seconds that one input may take before its process is ended: much more than a second, for the machine may be busy. */
const PATIENCE = 20
const MOST_FINDINGS = 20

const CHILD = new URL('child.ts', import.meta.url).pathname

/** How a target is fuzzed. */
export interface Fuzzing {
  readonly name: string
  readonly inputs: number
  readonly seed: number
  /** Where inputs with findings go. */
  readonly folder: string
}

export const fuzzTarget = async ({ name, inputs, seed, folder }: Fuzzing): Promise<TargetReport> => {
  const place = join(folder, name)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  let report: TargetReport = { name, read: 0, refused: 0, corpus: 0, blocks: 0, worst: { ms: 0, asked: 0, resident: 0 }, findings: [] }
  for (let first = 0; first < inputs && report.findings.length < MOST_FINDINGS;) {
    const { out, how } = await oneProcess([name, String(inputs), String(seed), place, String(first)], place)
    const said = out.trimEnd().split('\n').at(-1) ?? ''
    if (said.startsWith('{')) return merged(report, JSON.parse(said) as TargetReport)
    const { index: at, input } = lastInput(place) ?? { index: first, input: new Uint8Array() }
    const file = join(place, `${name}-${String(at)}`)
    writeFileSync(file, input)
    report = { ...report, findings: [...report.findings, `${how}: ${file}`] }
    first = at + 1
  }
  return report
}

const merged = (a: TargetReport, b: TargetReport): TargetReport => ({ ...b, name: a.name, findings: [...a.findings, ...b.findings] })

/** The output of a process, and how it ended. */
const oneProcess = (args: readonly string[], folder: string): Promise<{ readonly out: string; readonly how: string }> =>
  new Promise((done) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let [out, hung] = ['', false]
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    // Seconds in which this process ran, too: a machine that slept says nothing of an input.
    let [at, seconds] = [-1, 0]
    const watch = setInterval(() => {
      const index = lastInput(folder)?.index ?? -1
      seconds = index >= 0 && index === at ? seconds + 1 : 0
      at = index
      if (seconds < PATIENCE) return
      hung = true
      child.kill('SIGKILL')
    }, 1000)
    child.on('close', (code, signal) => {
      clearInterval(watch)
      done({ out, how: hung ? `did not end within ${String(PATIENCE)} s` : `ended the process (${signal ?? String(code)})` })
    })
  })
