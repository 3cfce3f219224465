/** onnxruntime-web in Node, by WebAssembly, and how far a file that was written for a loss is from the compiled loss. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { InferenceSession, Tensor as OnnxTensor, env } from 'onnxruntime-web'
import type { CompiledLoss } from '../../src/index.js'
import { noise } from './images.js'
import { norm, take, valueAndGradient } from './tensors.js'

env.wasm.numThreads = 1
env.logLevel = 'error'

/** Runs a file; gives its outputs by name. */
export type RunOnnx = (file: Uint8Array, inputs: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Float32Array>>>

/** A file that is open: it runs on inputs of several sizes until it is closed. */
export interface OpenOnnx {
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Float32Array>>>
  readonly close: () => Promise<void>
}

/** Opens a file by WebAssembly in this process; with the files beside it, by name. */
export const openOnnx = async (file: Uint8Array, beside: Readonly<Record<string, Uint8Array>> = {}): Promise<OpenOnnx> => {
  const externalData = Object.entries(beside).map(([path, data]) => ({ path, data }))
  const session = await InferenceSession.create(file, { logSeverityLevel: 3, externalData })
  return {
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, tensor]) => [name, new OnnxTensor('float32', tensor.dataSync<'float32'>(), tensor.shape)] as const)
      const outputs = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, Float32Array.from(tensor.data as Float32Array)]))
    },
    close: () => session.release(),
  }
}

/** Opens a file, runs it once and closes it. */
export const runOnnx = async (
  file: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<Readonly<Record<string, Float32Array>>> => {
  const { run, close } = await openOnnx(file, beside)
  try {
    return await run(inputs)
  } finally {
    await close()
  }
}

/** Smooth pictures that differ by their seed, in [0.05, 0.95]. */
export const smooth = (shape: readonly number[], seed: number): Tensor => {
  const length = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => 0.5 + 0.25 * Math.sin(i * 0.37 + seed) + 0.2 * Math.sin(i * 1.71 * (1 + seed / 50) + 2 * seed)),
    [...shape],
  )
}

/** A prediction, and a reference or mask for each name that a loss needs; references resemble the prediction. `grain` is the share of noise in them. */
export const picturesFor = ({ needs }: CompiledLoss<string>, shape: readonly [number, number, number, number], grain = 0): Readonly<Record<string, Tensor>> => {
  const grained = (seed: number): Tensor => tf.tidy(() => tf.add(tf.mul(smooth(shape, seed), 1 - grain), tf.mul(noise(seed, shape), grain)))
  const prediction = grained(1)
  const near = (seed: number): Tensor => tf.tidy(() => tf.add(tf.mul(prediction, 0.7), tf.mul(grained(seed), 0.3)))
  const mask = (seed: number): Tensor => smooth([...shape.slice(0, 3), 1], seed)
  return {
    prediction,
    ...Object.fromEntries(needs.references.map((name, i) => [name, near(i + 2)])),
    ...Object.fromEntries(needs.masks.map((name, i) => [name, mask(i + 5)])),
  }
}

/** Relative differences of a file's outputs from a compiled loss's. */
export interface Distances {
  readonly value: number
  readonly perSample: number
  readonly gradient: number
}

const relative = (a = Number.NaN, b = Number.NaN): number => Math.abs(a - b) / Math.max(1, Math.abs(b))

/** How far the file is from the compiled loss at these pictures. */
export const distances = async (
  file: Uint8Array,
  f: CompiledLoss<string>,
  pictures: Readonly<Record<string, Tensor>>,
  runFile: RunOnnx = runOnnx,
): Promise<Distances> => {
  const { prediction, ...references } = pictures
  if (prediction === undefined) throw new Error('There is no prediction.')
  const [value, gradient] = valueAndGradient((x) => f(references, x) as tf.Scalar, prediction)
  const perSample = take(f.perSample(references, prediction))
  const theirs = await runFile(file, pictures)
  const [theirValue, theirSamples, theirGradient] = ['value', 'perSample', 'gradient'].map((name) => theirs[name] ?? new Float32Array())
  if (theirGradient?.length !== gradient.length || theirSamples?.length !== perSample.length) throw new Error('The file has outputs of another shape.')
  return {
    value: relative(theirValue?.[0], value),
    perSample: Math.max(...perSample.map((x, i) => relative(theirSamples[i], x))),
    gradient: norm(gradient.map((x, i) => x - (theirGradient[i] ?? Number.NaN))) / (norm(gradient) || 1),
  }
}

/** The largest differences that runtimes may have. */
export const isSame = ({ value, perSample, gradient }: Distances): boolean => value < 1e-5 && perSample < 1e-5 && gradient < 1e-3
