/**
 * Trains for a long time and watches memory: `npm run soak -- [--steps 10000] [--side 12] [--backend wasm]`.
 *
 * A small convolutional generator learns a picture by a loss with every part that holds something: a network, a Gram, a prepared reference, a breakdown now and then.
 * A line of progress a twentieth; exit status 1 where a tensor is left, or resident memory grows from the second fifth on by more than a twentieth.
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { compile, featureAt, gram, mae, mse, perceptual, pixels, registerWasmKernels, ssim, sum, totalVariation, vgg16, weighted } from '../src/index.js'

/** What was watched. */
export interface Soak {
  readonly leaked: number
  /** Resident bytes at each mark. */
  readonly resident: readonly number[]
  readonly first: number
  readonly last: number
}

const gc = (globalThis as { readonly gc?: () => void }).gc

/** Trains for so many steps; `say` is told of each mark, twenty in all. */
export const soak = async (steps: number, side: number, say: (line: string) => void): Promise<Soak> => {
  registerWasmKernels()
  const network = await vgg16()
  const loss = sum(
    perceptual(['block1_conv2']),
    weighted(0.1, mae(pixels)),
    weighted(1e-3, totalVariation(pixels)),
    weighted(10, mse(gram(featureAt('block1_conv1')))),
    weighted(0.1, ssim(pixels, { window: 7 })),
  )
  const f = compile(loss, network)
  const target = tf.tidy(() => tf.sigmoid(tf.randomNormal<tf.Rank.R4>([1, side, side, 3], 0, 1, 'float32', 1)))
  const noise = tf.randomUniform<tf.Rank.R4>([1, side, side, 4], 0, 1, 'float32', 2)
  const generator = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', inputShape: [side, side, 4] }),
      tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'sigmoid' }),
    ],
  })
  const optimizer = tf.train.adam(0.01)
  const prepared = f.prepare(target)
  const cost = (step: number): Scalar => {
    const picture = generator.apply(noise) as Tensor4D
    return step % 2 === 0 ? f(target, picture) : prepared(picture)
  }
  const every = Math.max(1, Math.floor(steps / 20))
  const resident: number[] = []
  let [first, last, tensors] = [Number.NaN, Number.NaN, 0]
  const start = performance.now()
  for (let step = 0; step < steps; step++) {
    const value = optimizer.minimize(() => cost(step), true) as Scalar
    if (step === 0 || (step + 1) % every === 0) {
      last = (await value.data<'float32'>())[0] ?? Number.NaN
      if (step === 0) first = last
    }
    value.dispose()
    // Adam's moments come with the first step.
    if (step === 1) tensors = tf.memory().numTensors
    if ((step + 1) % every !== 0) continue
    const picture = generator.predict(noise) as Tensor4D
    await f.breakdown(target, picture)
    picture.dispose()
    gc?.()
    resident.push(process.memoryUsage().rss)
    const left = tf.memory().numTensors - tensors
    const speed = (1000 * (step + 1)) / (performance.now() - start)
    say(
      `step ${String(step + 1)} of ${String(steps)}: loss ${last.toPrecision(4)}, ${String(left)} tensors left, ${megabytes(resident.at(-1))} MB resident, ${speed.toFixed(1)} steps/s`,
    )
  }
  const leaked = tf.memory().numTensors - tensors
  prepared.dispose()
  f.dispose()
  network.dispose()
  optimizer.dispose()
  generator.dispose()
  tf.dispose([target, noise])
  return { leaked, resident, first, last }
}

const megabytes = (bytes = 0): string => (bytes / 2 ** 20).toFixed(0)

/** How much resident memory grew: the last fifth's mean over the second fifth's. */
export const growth = (resident: readonly number[]): number => {
  const fifth = Math.max(1, Math.floor(resident.length / 5))
  const mean = (part: readonly number[]): number => part.reduce((total, value) => total + value, 0) / part.length
  return mean(resident.slice(-fifth)) / mean(resident.slice(fifth, 2 * fifth)) - 1
}

/** Resident memory that stays may still go up and down by this much. */
export const FLAT = 0.05

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { steps: { type: 'string', default: '10000' }, side: { type: 'string', default: '12' }, backend: { type: 'string', default: 'wasm' } },
  })
  if (!(await tf.setBackend(values.backend))) throw new Error(`The backend ${values.backend} did not start.`)
  const { leaked, resident, first, last } = await soak(Number(values.steps), Number(values.side), (line) => void process.stdout.write(`${line}\n`))
  const grown = growth(resident)
  process.stdout.write(
    `${String(leaked)} tensors left; resident memory ${(100 * grown).toFixed(1)} %; loss ${first.toPrecision(4)} -> ${last.toPrecision(4)}\n`,
  )
  process.exitCode = leaked === 0 && grown < FLAT && last < first ? 0 : 1
}
