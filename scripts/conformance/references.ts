/**
 * The numbers that the backends are held against: the losses as PyTorch modules (`toTorch`), in double precision, in test/goldens/conformance.json.
 *
 * Where gradients have a kink PyTorch chooses otherwise (the first of equal maxima), so there the backends are held against the cpu backend.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { describeError } from '../../src/index.js'
import { tryToTorch } from '../../src/python/index.js'
import { pythonOf } from '../python/environment.js'
import { fingerprint, type Fingerprint } from './fingerprint.js'
import { lay } from './materials.js'
import { CASES, type Case } from './suite.js'

/** A value, and its gradient in the prediction. */
export interface Reference extends Fingerprint {
  readonly value: number
}

const FILE = new URL('../../test/goldens/conformance.json', import.meta.url)

/** Whether PyTorch has a reference of the case. */
export const isStored = ({ group }: Case): boolean => group !== 'kinks'

/** The cases that have a stored reference. */
export const stored: readonly Case[] = CASES.filter(isStored)

/** The stored references, by the cases' names. */
export const readReferences = async (): Promise<ReadonlyMap<string, Reference>> =>
  new Map(Object.entries(JSON.parse(await readFile(FILE, 'utf8')) as Readonly<Record<string, Reference>>))

/** Makes the file anew; all networks' weights must be there. */
export const makeReferences = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-references-'))
  try {
    const networks = await lay(folder)
    const missing = stored.find(({ network }) => network !== undefined && !networks.includes(network))
    if (missing !== undefined) throw new Error(`The weights of ${String(missing.network)} are not there: references are made where all are.`)
    const jobs = await Promise.all(stored.map((entry, i) => job(entry, join(folder, `loss_${String(i)}.py`), folder)))
    const weights = Object.fromEntries(networks.map((name) => [name, join(folder, `${name}.safetensors`)]))
    const values = await python({ library: 'torch', precision: 'float64', jobs, weights })
    const entries = stored.map(async ({ name }, i): Promise<readonly [string, Reference]> => {
      const bytes = Uint8Array.from(await readFile(jobs[i]?.gradient ?? ''))
      return [name, { value: values[i] ?? Number.NaN, ...fingerprint(new Float32Array(bytes.buffer)) }]
    })
    const lines = (await Promise.all(entries)).map(([name, reference]) => `${JSON.stringify(name)}: ${JSON.stringify(reference)}`)
    await writeFile(FILE, `{\n${lines.join(',\n')}\n}\n`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What Python is told of a case; its files lie in the folder. */
const job = async ({ name, loss, network, pictures }: Case, module: string, folder: string) => {
  const text = tryToTorch(loss, network === undefined ? {} : { networks: [network] })
  if (E.isLeft(text)) throw new Error(`${name}: ${describeError(text.left)}`)
  await writeFile(module, text.right)
  const [target, prediction] = await Promise.all(['target', 'prediction'].map((which) => raw(join(folder, `${pictures}.${which}`))))
  return { module, target, prediction, others: {}, gradient: `${module}.gradient` }
}

/** The picture as Python reads it: float32 in [0, 1]. */
const raw = async (file: string): Promise<{ readonly file: string; readonly shape: readonly number[] }> => {
  const bytes = await readFile(file)
  await writeFile(`${file}.f32`, new Uint8Array(Float32Array.from(bytes.subarray(8), (byte) => byte / 255).buffer))
  return { file: `${file}.f32`, shape: [1, bytes.readUInt32LE(0), bytes.readUInt32LE(4), 3] }
}

const python = async (request: unknown): Promise<readonly number[]> => {
  const child = spawn(await pythonOf('torch'), [new URL('../../test/python/run/run_modules.py', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said: string[] = []
  child.stdout.on('data', (text: Buffer) => said.push(text.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdin.end(JSON.stringify(request))
  const code = await ended
  const result = said.join('').split('RESULT')[1]
  if (result === undefined) throw new Error(`run_modules.py ended with ${String(code)}.`)
  return JSON.parse(result) as readonly number[]
}
