/**
 * Fuzzes what reads files, and what is computed of pictures: `npm run fuzz -- [TARGET ...] [--inputs 100000] [--seed N] [--images] [--pairs 10000]`.
 *
 * Targets are the readers of weights (safetensors; PyTorch's zips, the pickles in them, and files of before 1.6; Keras' h5 and .keras), JSON and pictures; all where none is
 * said. JavaScript is fuzzed with V8's block coverage as the guide (own loop: the one engine on npm, jazzer.js, does not load with glibc before 2.38); what is compiled
 * (the decoders of pictures) by mutation. A finding is an exception, a process that ends, more than a second, or more memory than twice the honest size.
 * `--images`: pairs of pictures at the extremes for every metric, values and gradients finite. Exit status 1 where anything is found; inputs go to .cache/fuzz.
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { FUZZED, fuzzPairs } from './fuzz/pairs.js'
import { random } from './fuzz/random.js'
import { fuzzTarget } from './fuzz/run.js'
import { TARGETS } from './fuzz/targets.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '100000' },
    pairs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    images: { type: 'boolean', default: false },
  },
})
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const seed = Number(values.seed)

const unknown = values.images ? undefined : positionals.find((name) => !Object.hasOwn(TARGETS, name))
if (unknown !== undefined) throw new Error(`There is no target '${unknown}'; there are ${Object.keys(TARGETS).join(', ')}.`)

let found = 0
if (values.images) {
  await tf.setBackend('wasm')
  for (const fuzzed of FUZZED.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const report = fuzzPairs(fuzzed, Number(values.pairs), random(seed))
    found += report.values + report.gradients
    say(`${report.name.padEnd(26)} ${String(report.pairs)} pairs, not finite: ${String(report.values)} values, ${String(report.gradients)} gradients`)
    report.findings.forEach((finding) => {
      say(`  ${finding}`)
    })
  }
} else
  for (const name of positionals.length === 0 ? Object.keys(TARGETS) : positionals) {
    const start = performance.now()
    const { read, refused, corpus, blocks, worst, findings } = await fuzzTarget({ name, inputs: Number(values.inputs), seed, folder: '.cache/fuzz' })
    found += findings.length
    const most = `at most ${worst.ms.toFixed(0)} ms, ${String(worst.asked)} bytes of arrays, ${String(worst.resident)} of memory`
    say(
      `${name.padEnd(12)} ${String(read)} read, ${String(refused)} refused; ${most}; ${String(corpus)} files kept, ${String(blocks)} blocks; ${((performance.now() - start) / 1000).toFixed(0)} s`,
    )
    findings.forEach((finding) => {
      say(`  ${finding}`)
    })
  }
process.exitCode = found > 0 ? 1 : 0
