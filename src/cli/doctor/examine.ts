/** Checks what works on this machine by trying it. */
import { readFile } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'
import * as tf from '@tensorflow/tfjs'
import { alexnet, compile, featureAt, mse, vgg16, type Extractor } from '../../index.js'
import { useFastestBackend, type BackendName, type TriedBackend } from '../../node/index.js'
import { lostNative } from '../native/recordInManifest.js'
import { loadSharp } from '../../node/sharp.js'

/** One finding: whether it works, and details or how to fix it. */
export interface Finding {
  readonly name: string
  readonly works: boolean
  readonly words: string
}

/** All findings. */
export interface Findings {
  readonly machine: readonly Finding[]
  readonly backends: readonly Finding[]
  /** The default backend of the commands. */
  readonly chosen: string
  readonly pictures: readonly Finding[]
  readonly weights: readonly Finding[]
  /** Speed, and whether the results are correct. */
  readonly trial: readonly Finding[]
  /** Whether pictures can be compared on this machine, and what is missing. */
  readonly usable: boolean
  readonly lacking: readonly string[]
}

/** Tries everything. */
export const examine = async (say: (words: string) => void = () => undefined): Promise<Findings> => {
  tf.enableProdMode() // which keeps plain JavaScript from advertising others
  say('starting each backend')
  const { chosen, backends } = await tryBackends()
  say('loading networks')
  const pictures = [await trySharp()]
  const [vgg, alex] = [await tryNetwork('vgg16', () => vgg16()), await tryNetwork('alexnet', () => alexnet())]
  say('running VGG16')
  const trial = vgg.extractor === undefined ? [] : await tryVgg(vgg.extractor, chosen)
  vgg.extractor?.dispose()
  alex.extractor?.dispose()
  const weights = [vgg.finding, alex.finding, ...OF_YOURS]
  const lacking = [...pictures, vgg.finding, alex.finding, ...trial].filter(({ works }) => !works).map(({ name }) => name)
  return { machine: await machine(), backends, chosen, pictures, weights, trial, usable: lacking.length === 0, lacking }
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`

const machine = async (): Promise<readonly Finding[]> => {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  const processors = availableParallelism()
  return [
    { name: 'perceptual-loss', works: true, words: `${version}, with TensorFlow.js ${tf.version.tfjs}` },
    { name: 'node', works: true, words: `${process.version} for ${process.platform} ${process.arch}` },
    { name: 'processors', works: true, words: `${String(processors)}; native and WASM use one thread each, WASM at most 8` },
    {
      name: 'memory',
      works: true,
      words: `${gigabytes(totalmem())}, ${gigabytes(freemem())} of it free; WASM uses 4 GB at most (explain LOSS --size shows what a loss needs)`,
    },
  ]
}

/** Chooses the fastest available backend, and tries the others too. */
const tryBackends = async (): Promise<{ readonly chosen: string; readonly backends: readonly Finding[] }> => {
  const { tried } = await useFastestBackend()
  const chosen = tf.getBackend()
  const slower = (['wasm', 'cpu'] as const).filter((name) => !tried.some((one) => one.name === name))
  const rest = await Promise.all(slower.map(tryBackend))
  await tf.setBackend(chosen)
  const lost = await lostNative(process.cwd())
  const words = ({ name, chosen: works, reason }: TriedBackend): string => (name === 'tfjs-node-gpu' && !works ? (lost ?? reason) : reason)
  const backends = [...tried.map((one) => ({ name: one.name, works: one.chosen, words: words(one) })), ...rest]
  return { chosen: tried.find((one) => one.chosen)?.name ?? chosen, backends }
}

const tryBackend = async (name: BackendName): Promise<Finding> => {
  // cpu always starts, so the reason of the other one is not an exception.
  const { tried } = await useFastestBackend({ among: [name, 'cpu'] })
  const found = tried.find((one) => one.name === name)
  return { name, works: found?.chosen === true, words: found?.reason ?? 'not tried' }
}

const trySharp = async (): Promise<Finding> => {
  try {
    const sharp = await loadSharp()
    const formats = READ.filter((id) => sharp.format[id].input.buffer)
    return { name: 'sharp', works: true, words: `${sharp.versions.sharp} reads ${formats.map((id) => (id === 'heif' ? 'avif' : id)).join(', ')}` }
  } catch (error) {
    return { name: 'sharp', works: false, words: messageOf(error) }
  }
}

const READ = ['png', 'jpeg', 'webp', 'heif', 'tiff', 'gif'] as const

const tryNetwork = async (
  name: string,
  load: () => Promise<Extractor<string>>,
): Promise<{ readonly finding: Finding; readonly extractor?: Extractor<string> }> => {
  try {
    return { extractor: await load(), finding: { name, works: true, words: 'in the package, SHA-256 correct' } }
  } catch (error) {
    return { finding: { name, works: false, words: messageOf(error) } }
  }
}

const OF_YOURS: readonly Finding[] = ['vgg19', 'squeezenet'].map((name) => ({
  name,
  works: false,
  words: `not in the package; pass your own .pth, .h5, .keras or .safetensors file with --weights ${name}=FILE (convert makes .safetensors files)`,
}))

/** VGG16 to block3_conv3 at 224 x 224 (64 x 64 on cpu, which takes minutes otherwise), and a small picture beside plain JavaScript. */
const tryVgg = async (extractor: Extractor<string>, chosen: string): Promise<readonly Finding[]> => {
  const backend = tf.getBackend()
  const f = compile(mse(featureAt('block3_conv3')), extractor)
  const side = backend === 'cpu' ? 64 : 224
  const times: number[] = []
  for (let run = 0; run < 3; run++) times.push(await timed(() => f(picture(side, 1), picture(side, 2))))
  f.dispose()
  const [here, plain] = [await smallLoss(backend), await smallLoss('cpu')]
  await tf.setBackend(backend)
  const apart = Math.abs(here / plain - 1)
  return [
    {
      name: 'speed',
      works: true,
      words: `${Math.min(...times).toFixed(0)} ms for two pictures of ${String(side)} x ${String(side)} through VGG16 to block3_conv3, on ${chosen}`,
    },
    {
      name: 'numbers',
      works: apart < 1e-3,
      words: `${chosen} and plain JavaScript differ by ${apart === 0 ? '0' : apart.toExponential(0)} (relative) on a small picture`,
    },
  ]
}

const timed = async (value: () => tf.Scalar): Promise<number> => {
  const start = performance.now()
  const scalar = tf.tidy(value)
  await scalar.data()
  scalar.dispose()
  return performance.now() - start
}

/** On a backend, with weights that are put onto it. */
const smallLoss = async (backend: string): Promise<number> => {
  await tf.setBackend(backend)
  const extractor = await vgg16()
  const f = compile(mse(featureAt('block2_conv1')), extractor)
  const value = tf.tidy(() => f(picture(16, 1), picture(16, 2)))
  const [number = Number.NaN] = await value.data()
  value.dispose()
  extractor.dispose()
  return number
}

const picture = (side: number, seed: number): tf.Tensor4D => tf.randomUniform([1, side, side, 3], 0, 1, 'float32', seed)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
