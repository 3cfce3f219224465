/**
 * A worker on TensorFlow.js: bench/workers/tfjs.ts ours|reduced|plain|older|stock BACKEND THREADS. `reduced` is ours in reduced precision, `plain` ours on WASM
 * without its module of kernels, `older` an older package.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import type { Needs, Numbers, Workload } from '../workload.js'
import type { Files, Requests } from '../worker.js'
import { withoutNetworkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { startBackend, startStockBackend } from './backend.js'
import { bytePair } from './bytePair.js'
import { residentPeak, tensorPeak } from './memory.js'
import { numbersOf, readPicture } from './numbers.js'
import { older, olderUseFastestBackend } from './older.js'
import { ours } from './ours.js'
import { medianOfRound, stopwatch, WARM_STEPS } from './rounds.js'
import type { Pictures, Running, Setup } from './running.js'
import { serve } from './serve.js'
import { startedWorkloads } from './startedWorkloads.js'
import { stock } from './stock.js'

const [, , kind = '', backend = '', threads = '1'] = process.argv

interface Stepped {
  readonly value: Scalar
  readonly gradient?: Tensor4D
}

interface Current {
  readonly running: Running
  readonly pictures: Pictures
  readonly step: () => Stepped
}

const stepOf = (running: Running, { prediction }: Pictures, { work, ...ask }: Workload & Files): (() => Stepped) => {
  const { similarity } = running
  if (work === 'bytes' && similarity !== undefined) {
    const { first, second } = bytePair(ask)
    return () => ({ value: similarity(first, second) })
  }
  const f = work === 'forward' || work === 'prepared' ? running.prepared : running.fresh
  if (work === 'forward' || work === 'value') return () => ({ value: tf.tidy(() => f(prediction)) })
  return () => {
    const { value, grad } = tf.valueAndGrad((x) => f(x as Tensor4D))(prediction)
    return { value, gradient: grad as Tensor4D }
  }
}

const free = ({ value, gradient }: Stepped): void => {
  tf.dispose([value, gradient ?? []])
}

const numbersOfStep = async (stepped: Stepped, target: Tensor4D): Promise<Numbers> => {
  const gradient = (await stepped.gradient?.data<'float32'>()) ?? new Float32Array()
  const value = (await stepped.value.data())[0] ?? Number.NaN
  free(stepped)
  return numbersOf(value, gradient, await target.data<'float32'>())
}

const read = (file: string, { batch, side }: Workload): Tensor4D => tf.tensor4d(readPicture(file), [batch, side, side, 3])

const started = startedWorkloads<Current>()

const end = (): Promise<Readonly<Record<string, never>>> => {
  started.take().forEach(({ running, pictures }) => {
    running.dispose()
    tf.dispose([pictures.target, pictures.prediction])
  })
  return Promise.resolve({})
}

const SETUPS: Readonly<Record<string, Setup>> = { stock, older }

const setup = async (ask: Requests['setup']['ask']): Promise<Numbers> => {
  const pictures = { target: read(ask.target, ask), prediction: read(ask.prediction, ask) }
  const running = await (SETUPS[kind] ?? ours)(ask.loss, pictures)
  const step = stepOf(running, pictures, ask)
  started.put(ask.key, { running, pictures, step })
  for (let i = 0; i < WARM_STEPS; i++) free(step())
  return numbersOfStep(step(), pictures.target)
}

const timed = async ({ key }: Requests['step']['ask']): Promise<Requests['step']['answer']> => {
  const { step } = started.get(key)
  return { milliseconds: await medianOfRound(() => timeOf(step)) }
}

const timeOf = async (step: () => Stepped): Promise<number> => {
  const milliseconds = stopwatch()
  const stepped = step()
  await (stepped.gradient ?? stepped.value).data()
  const taken = milliseconds()
  free(stepped)
  return taken
}

const tapeNodes = ({ running, pictures }: Current): number => {
  let nodes = 0
  const counted = (x: tf.Tensor): Scalar => {
    const value = running.prepared(x as Tensor4D)
    nodes = tf.engine().state.activeTape.length
    return value
  }
  tf.tidy(() => void tf.grad(counted)(pictures.prediction))
  return nodes
}

const needs = async ({ key }: Requests['needs']['ask']): Promise<Needs> => {
  const now = started.get(key)
  const { planMilliseconds, compileMilliseconds } = now.running
  const run = (): void => {
    free(now.step())
  }
  const residentBytes = await residentPeak(run)
  let [tensorBytes, nodes] = [0, 0]
  // While TensorFlow.js profiles, a step runs op by op: the profile does not contain a graph's tensors.
  await tf.profile(() => {
    tensorBytes = tensorPeak(run)
    nodes = tapeNodes(now)
    return []
  })
  return {
    residentBytes,
    tensorBytes,
    tapeNodes: nodes,
    ...(planMilliseconds === undefined || compileMilliseconds === undefined ? {} : { planMilliseconds, compileMilliseconds }),
  }
}

const STARTS: Readonly<Record<string, typeof startStockBackend>> = {
  reduced: (name, count) => startBackend(name, count, true),
  older: (name, count) => startBackend(name, count, false, olderUseFastestBackend),
  stock: startStockBackend,
}

const start = async (): Promise<Requests['start']['answer']> => {
  const version = `tfjs ${tf.version_core}, ${await (STARTS[kind] ?? startBackend)(backend, Number(threads))}`
  if (kind === 'plain') withoutNetworkKernels()
  return { version }
}

await serve({ start, setup, step: timed, needs, end })
