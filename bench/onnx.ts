/**
 * The time of a step (value and gradient in the prediction) of TensorFlow.js' WASM backend and of onnxruntime-web with the file that `toOnnx` wrote, one thread each, in turn.
 *
 *     npx tsx bench/onnx.ts [side]
 */
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs'
import { env, InferenceSession, Tensor } from 'onnxruntime-web'
import { alexnet, lpips, mae, msSsim, perceptual, pixels, ssim, vgg16, type Extractor, type Loss } from '../src/index.js'
import { compileAny } from '../src/core/compile/compileAny.js'
import { toOnnx } from '../src/onnx/index.js'

const ROUNDS = 7
const side = Number(process.argv[2] ?? 192)
const shape = [1, side, side, 3] as const

env.wasm.numThreads = 1
env.logLevel = 'error'
await tf.setBackend('wasm')

const networks = { alexnet: await alexnet(), vgg16: await vgg16() } as unknown as Readonly<Record<string, Extractor<string>>>
const LOSSES: readonly (readonly [name: string, loss: Loss<string, string>, network?: string])[] = [
  ['mae(pixels)', mae(pixels)],
  ['ssim(pixels)', ssim(pixels)],
  ['msSsim(pixels)', msSsim(pixels)],
  ['lpips() over AlexNet', lpips(), 'alexnet'],
  ['perceptual() over VGG16', perceptual(), 'vgg16'],
]

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

const timed = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const picture = (seed: number): Float32Array => Float32Array.from({ length: side * side * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37 * seed + seed))

for (const [name, loss, network] of LOSSES) {
  const extractor = network === undefined ? undefined : networks[network]
  const compiled = compileAny(loss, extractor, {})
  if (compiled._tag === 'Left') continue
  const file = (toOnnx as (...args: readonly unknown[]) => Uint8Array)(loss, ...(extractor === undefined ? [] : [extractor]), { shape, gradient: true })
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 })
  const [target, prediction] = [picture(1), picture(1.1)]
  const [x, y] = [tf.tensor4d(target, [...shape]), tf.tensor4d(prediction, [...shape])]
  const ours = (): void => {
    const { value, grad } = tf.valueAndGrad((images) => compiled.right(x, images) as tf.Scalar)(y)
    value.dataSync()
    grad.dataSync()
    tf.dispose([value, grad])
  }
  const theirs = (): Promise<unknown> => session.run({ target: new Tensor('float32', target, shape), prediction: new Tensor('float32', prediction, shape) })
  const [first, second]: [number[], number[]] = [[], []]
  await timed(ours)
  await timed(theirs)
  for (let i = 0; i < ROUNDS; i++) {
    first.push(await timed(ours))
    second.push(await timed(theirs))
  }
  const [a, b] = [median(first), median(second)]
  console.log(`${name}: TensorFlow.js ${a.toFixed(1)} ms, onnxruntime-web ${b.toFixed(1)} ms, ratio ${(b / a).toFixed(2)}`)
  await session.release()
}
