/**
 * A worker on onnxruntime with the file that `toOnnx` writes: bench/workers/onnx.ts node|web [THREADS]. The harness sets the threads by default.
 */
import * as tf from '@tensorflow/tfjs'
import type * as Runtime from 'onnxruntime-web'
import { toOnnx } from '../../src/onnx/index.js'
import type { Needs, Numbers } from '../workload.js'
import type { Requests } from '../worker.js'
import { residentPeak } from './memory.js'
import { numbersOf, readPicture } from './numbers.js'
import { lossOf } from './ours.js'
import { medianOfRound, stopwatch, WARM_STEPS } from './rounds.js'
import { serve } from './serve.js'
import { startedWorkloads } from './startedWorkloads.js'

const [, , kind = '', wanted] = process.argv

/** Both packages have the same interface; onnxruntime-node need not be installed. */
const { env, InferenceSession, Tensor } = (await import(`onnxruntime-${kind}`)) as typeof Runtime

interface Current {
  readonly session: Runtime.InferenceSession
  readonly step: () => Promise<Runtime.InferenceSession.OnnxValueMapType>
}

const started = startedWorkloads<Current>()
let threads = Number(wanted)

const start = async (ask: Requests['start']['ask']): Promise<Requests['start']['answer']> => {
  await tf.setBackend('cpu')
  if (wanted === undefined) threads = ask.threads
  env.wasm.numThreads = threads
  env.logLevel = 'error'
  return { version: `onnxruntime ${env.versions[kind as 'node' | 'web'] ?? ''}, ${String(threads)} threads` }
}

/** Its threads wait without spinning, like those of the other systems. */
const sessionOptions = (): Runtime.InferenceSession.SessionOptions =>
  kind === 'web' ? { logSeverityLevel: 3 } : { logSeverityLevel: 3, intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } }

const setup = async (ask: Requests['setup']['ask']): Promise<Numbers> => {
  const { loss, network } = await lossOf(ask.loss)
  const shape = [ask.batch, ask.side, ask.side, 3] as const
  const file = (toOnnx as (...args: readonly unknown[]) => Uint8Array)(loss, network, { shape, gradient: ask.work === 'fresh' })
  const session = await InferenceSession.create(file, sessionOptions())
  const target = readPicture(ask.target)
  const feeds = { target: new Tensor('float32', target, shape), prediction: new Tensor('float32', readPicture(ask.prediction), shape) }
  const step = (): Promise<Runtime.InferenceSession.OnnxValueMapType> => session.run(feeds)
  started.put(ask.key, { session, step })
  for (let i = 0; i < WARM_STEPS; i++) await step()
  const { value, gradient } = await step()
  return numbersOf(floats(value)[0] ?? Number.NaN, floats(gradient), target)
}

const floats = (value: Runtime.OnnxValue | undefined): Float32Array => (value?.data as Float32Array | undefined) ?? new Float32Array()

const timed = async ({ key }: Requests['step']['ask']): Promise<Requests['step']['answer']> => {
  const { step } = started.get(key)
  const timeOf = async (): Promise<number> => {
    const milliseconds = stopwatch()
    await step()
    return milliseconds()
  }
  return { milliseconds: await medianOfRound(timeOf) }
}

const needs = async ({ key }: Requests['needs']['ask']): Promise<Needs> => ({ residentBytes: await residentPeak(started.get(key).step) })

const end = async (): Promise<Readonly<Record<string, never>>> => {
  for (const { session } of started.take()) await session.release()
  return {}
}

await serve({ start, setup, step: timed, needs, end })
