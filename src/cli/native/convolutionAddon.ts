/**
 * The addon with our ops for networks and pictures (the file's name is from when it had convolutions alone): compiled for each kind of processor, tried in a separate process, and copied into
 * the native package. Without it, TensorFlow's own ops run.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONVOLUTION_ADDON } from '../../node/loadConvolutions.js'
import { compiler, copyWhole, nodeHeaders, STAYS_LOADED } from './binding.js'
import { complaint, runProgram, type Ended } from './runProgram.js'

/** The sources: the kernels of the WebAssembly modules, and the ops that run them. */
const KERNELS = fileURLToPath(new URL('../../../src/layers/kernels/', import.meta.url))
const [SHARED, OWN] = [join(KERNELS, 'simd', 'c'), join(KERNELS, 'native', 'c')]
const PICTURES = fileURLToPath(new URL('../../../src/core/tensors/simd/c/', import.meta.url))
const ALONE = ['firstLayer.c', 'l2Pool.c', 'maxPoolGradient.c', 'overlappingMaxGradient.c', 'toThreeChannels.c']
const OF_PICTURES = ['pairMoments.c', 'windowSums.c']
const INCLUDED = ['fields.h', 'product.h', 'sixPoints.h', 'winograd.h', 'winograd4.c', 'winograd5.c', ...ALONE]
const BY_LEVEL = ['unitVectors.c', 'weightedSquares.c', 'winograd2.c', 'winograd4.c', 'winograd45.c', 'winograd5.c', ...ALONE, ...OF_PICTURES]
const REST = [
  'convolution.c',
  'l2Poolings.c',
  'moments.c',
  'op.c',
  'ops.c',
  'phases.c',
  'pictures.c',
  'poolings.c',
  'processor.c',
  'squares.c',
  'threads.c',
  'units.c',
  'windows.c',
]

/** The kinds of processors; each runs the fastest kernels that it can. */
const LEVELS: readonly (readonly string[])[] = [
  ['-DLEVEL=avx2', '-DLANES=8', '-mavx2', '-mfma'],
  ['-DLEVEL=avx512', '-DLANES=16', '-mavx512f', '-mfma'],
]

/** C, whatever the compiler (it may be one for C++), with symbols hidden from other libraries. */
const OPTIONS = ['-x', 'c', '-std=c11', '-ffp-contract=fast', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-c']

/** The options of kernels, and of the ops around them. */
const COMPILE = { kernels: [...OPTIONS, '-O3'], rest: [...OPTIONS, '-O2'] }

/** All symbols are resolved when it loads, or it does not load. */
const LINK = ['-shared', '-pthread', '-Wl,-z,now', STAYS_LOADED, '-Wl,--no-as-needed']

/** The library that the binding loads: the addon links to this name, and so uses the loaded one. */
const LIBRARY = 'libtensorflow_framework.so.2'

/** Copies the addon into the package; compiles it first if it is not in the cache. Returns the reason, a clause, if it was left out. */
export const layConvolutions = async (cache: string, pack: string): Promise<string | undefined> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const kept = join(cache, 'bindings', `convolutions-${await hashOfSources()}.node`)
  const failed = existsSync(kept) ? undefined : await compile(cache, kept)
  if (failed !== undefined) return failed
  const addon = join(pack, CONVOLUTION_ADDON)
  if (existsSync(addon) && (await readFile(addon)).equals(await readFile(kept))) return undefined
  await mkdir(dirname(addon), { recursive: true })
  await copyWhole(kept, addon)
  const trial = await tried(pack, addon)
  if (trial.status === 0) return undefined
  await rm(addon, { force: true })
  return `they do not work here (${complaint(trial)})`
}

const hashOfSources = async (): Promise<string> => {
  const own = (await readdir(OWN)).sort().map((file) => join(OWN, file))
  const hash = createHash('sha256').update(JSON.stringify([LEVELS, COMPILE, LINK]))
  const included = [...INCLUDED.map((name) => join(SHARED, name)), ...OF_PICTURES.map((name) => join(PICTURES, name))]
  for (const file of [...own, ...included]) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

/** Compiles it; returns why it could not. */
const compile = async (cache: string, kept: string): Promise<string | undefined> => {
  const work = `${kept}.${randomUUID()}`
  await mkdir(work, { recursive: true })
  try {
    const program = await compiler()
    for (const step of await steps(cache, work)) {
      const ended = await runProgram(program, step)
      if (ended.status !== 0) return `${program} did not compile them (${complaint(ended)})`
    }
    await rename(join(work, 'convolutions.node'), kept)
    return undefined
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The compiler's calls. An empty library stands for TensorFlow's. */
const steps = async (cache: string, work: string): Promise<readonly (readonly string[])[]> => {
  const headers = await nodeHeaders(cache)
  const objects: string[] = []
  const object = (): string => {
    objects.push(join(work, `${String(objects.length)}.o`))
    return objects.at(-1) ?? ''
  }
  const kernels = LEVELS.flatMap((level) => BY_LEVEL.map((file) => [...COMPILE.kernels, ...level, `-I${OWN}`, join(OWN, file), '-o', object()]))
  const rest = REST.map((file) => [...COMPILE.rest, `-I${headers}`, join(OWN, file), '-o', object()])
  await writeFile(join(work, 'empty.c'), '')
  const library = ['-shared', '-x', 'c', join(work, 'empty.c'), `-Wl,-soname,${LIBRARY}`, '-o', join(work, LIBRARY)]
  const link = [...LINK, ...objects, join(work, LIBRARY), '-o', join(work, 'convolutions.node')]
  return [...kernels, ...rest, library, link]
}

/** A filter of ones over ones of 16 channels: 64 at each corner of a picture of 2 x 2. */
const TRIAL = `
const util = require('node:util')
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[1])
const backend = tf.backend()
if (require(process.argv[2]) !== undefined && !backend.isUsingGpuDevice) {
  const { TF_ATTR_BOOL, TF_ATTR_INT } = backend.binding
  const kept = { name: 'kept', type: TF_ATTR_BOOL, value: true }
  const form = [kept, { name: 'taps', type: TF_ATTR_INT, value: 3 }, { name: 'side', type: TF_ATTR_INT, value: 4 }]
  const weights = backend.executeSingleOutput('PerceptualLossWinogradFilter', form, [tf.ones([3, 3, 16, 32])])
  const relu = { name: 'relu', type: TF_ATTR_BOOL, value: true }
  const values = backend.executeSingleOutput('PerceptualLossWinograd', [...form, relu], [tf.ones([1, 2, 2, 16]), weights, tf.zeros([32])]).dataSync()
  if (values.length !== 128 || values.some((value) => Math.abs(value - 64) > 1e-3)) throw new Error('64 was expected, ' + values[0] + ' received')
}`

/** Loads it with the library of a working package, and computes: in another process, because an illegal instruction would end this one. */
const tried = (pack: string, addon: string): Promise<Ended> =>
  runProgram(process.execPath, ['-e', TRIAL, pack, addon], { env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }, limit: 120 })
