/**
 * Ours and the peers' numbers, side by side, on any folder of pictures: `npm run parity -- [FOLDER] [--python DIR] [--json FILE] [--docs]`.
 *
 * NAME.png is a reference and NAME_ANYTHING.png its distortions. The peers (lpips, piq, DISTS_pytorch, pytorch-msssim, Keras) run in Python environments that are made
 * under .cache/python the first time; --python names a folder that has them (`torch` and `keras`). --json writes all numbers to a file ('-': to the output, in place of
 * the table); --docs writes docs/parity.md.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { readImage } from '../src/node/index.js'
import { pairsIn, type Pair } from './parity/pairs.js'
import { comparedPair, markdown, type Compared, type Parity } from './parity/report.js'
import { compiled, ROWS, type Group } from './parity/rows.js'
import { peerWeights, pythonOf } from './python/environment.js'

type Numbers = Readonly<Record<string, number | null>>

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const ROOT = new URL('..', import.meta.url).pathname

/** The lines of a peer's program: its versions, then one a pair. */
const peersOf = (
  python: string,
  program: string,
  weights: string,
  pairs: readonly Pair[],
): Promise<readonly [Readonly<Record<string, string>>, ...Numbers[]]> =>
  new Promise((resolve, reject) => {
    const child = spawn(python, [new URL(`parity/${program}`, import.meta.url).pathname, weights], { stdio: ['pipe', 'pipe', 'pipe'] })
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.on('data', (text: Buffer) => out.push(text.toString()))
    child.stderr.on('data', (text: Buffer) => err.push(text.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      const lines = out
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'))
      if (code === 0 && lines.length === pairs.length + 1) resolve(lines.map((line) => JSON.parse(line) as never) as never)
      else
        reject(
          new Error(
            `${program} ended with ${String(code)} after ${String(Math.max(0, lines.length - 1))} of ${String(pairs.length)} pairs:\n${err.join('').slice(-2000)}`,
          ),
        )
    })
    child.stdin.end(JSON.stringify(pairs))
  })

/** Ours for the predictions of one reference, by the peer's name for it; without those that pictures are too small for. */
const oursOf = async (groups: readonly Group[], reference: string, predictions: readonly string[]): Promise<readonly Readonly<Record<string, number>>[]> => {
  const target = await readImage(reference)
  const fitting = groups.filter(({ minimum }) => Math.min(target.shape[1], target.shape[2]) >= minimum).map(({ rows, f }) => ({ rows, f: f.prepare(target) }))
  const found: Record<string, number>[] = []
  for (const path of predictions) {
    const prediction = await readImage(path)
    const all: Record<string, number> = {}
    for (const { rows, f } of fitting) {
      const terms = await f.breakdown(prediction)
      const value = (name: string) =>
        terms.filter((term) => term.name === name || term.name.startsWith(`${name} / `)).reduce((sum, term) => sum + term.value, 0)
      for (const { peer, score } of rows) all[peer] = score === undefined ? value(peer) : score(value(peer))
    }
    prediction.dispose()
    found.push(all)
  }
  fitting.forEach(({ f }) => f.dispose())
  target.dispose()
  return found
}

const version = (name: string): string =>
  (JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as { readonly version: string }).version

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { python: { type: 'string' }, json: { type: 'string' }, docs: { type: 'boolean', default: false } },
  })
  const folder = positionals[0] ?? `${ROOT}test/goldens/images`
  const pairs = await pairsIn(folder)
  if (pairs.length === 0) throw new Error(`${folder} has no pictures. NAME.png is a reference, NAME_ANYTHING.png a distortion of it.`)
  const existing = values.python ?? process.env['PYTHON_ENVIRONMENTS']
  const [torch, keras] = [await pythonOf('torch', existing, say), await pythonOf('keras', existing, say)]
  const weights = await peerWeights(torch, say)
  say(`Comparing ${String(pairs.length)} pairs ...`)
  await tf.setBackend('wasm')
  const losses = await compiled()
  const ours: Readonly<Record<string, number>>[] = []
  for (const reference of new Set(pairs.map(([a]) => a)))
    ours.push(
      ...(await oursOf(
        losses,
        reference,
        pairs.flatMap(([a, b]) => (a === reference ? [b] : [])),
      )),
    )
  const theirs: Awaited<ReturnType<typeof peersOf>>[] = []
  theirs.push(await peersOf(torch, 'peers_torch.py', weights, pairs))
  theirs.push(await peersOf(keras, 'peers_keras.py', weights, pairs))
  const compared = ROWS.flatMap(({ peer }) =>
    pairs.flatMap((pair, i): readonly Compared[] => {
      const [number] = theirs.flatMap((lines) => (lines[i + 1] as Numbers)[peer] ?? [])
      const own = ours[i]?.[peer]
      return number === undefined || own === undefined ? [] : [comparedPair(pair, peer, own, number)]
    }),
  )
  const versions = {
    '@tensorflow/tfjs': version('@tensorflow/tfjs'),
    backend: tf.getBackend(),
    ...theirs.reduce((all, [versionsOf]) => ({ ...all, ...versionsOf }), {}),
  }
  const parity: Parity = { versions, folder: relative(ROOT, folder) || '.', compared }
  const json = `${JSON.stringify(parity, undefined, 1)}\n`
  if (values.json !== undefined && values.json !== '-') await writeFile(values.json, json)
  if (values.docs) await writeFile(new URL('../docs/parity.md', import.meta.url), markdown(parity))
  process.stdout.write(values.json === '-' ? json : markdown(parity))
}

try {
  await main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
