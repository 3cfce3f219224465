/**
 * A network that takes noise away, trained with a prepared target: the clean patches stay, so their features are computed once, while the noise is new at every step.
 *
 * npm run example -- denoise --help
 */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { frame, writeContactSheet } from '../src/cli/painting/contactSheet.js'
import { alexnet, compile, featureAt, lpips, mae, named, pixels, scores, show, sum, vgg16, weighted } from '../src/index.js'
import { readImage } from '../src/node/index.js'
import { backendOption, parsed, startBackend, whole } from './arguments.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'
import { program } from './program.js'
import { patchesOf } from './training/patches.js'

const NOISE = 0.12

const SPEC = {
  steps: { type: 'string', default: '300' },
  size: { type: 'string', default: '64' },
  out: { type: 'string', default: 'demo-output/denoise' },
  backend: { type: 'string', default: backendOption.default },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const HELP = `Trains a network to remove noise and shows the result on a new photograph.

Usage: npm run example -- denoise [options]

  --steps N               number of Adam steps (default: ${SPEC.steps.default})
  --size N                the side of the training patches, 16 to 256 pixels (default: ${SPEC.size.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})`

const loss = sum(named('pixels', mae(pixels)), named('perceptual', weighted(0.05, mae(featureAt('block2_conv2')))))

/** Finds the noise, and takes it away. */
const makeDenoiser = (): tf.LayersModel => {
  const conv = (filters: number, seed: number, more: object = {}) =>
    tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: tf.initializers.heNormal({ seed }), ...more })
  const noisy = tf.input({ shape: [null, null, 3] })
  const features = [1, 2, 3, 4].reduce((x, seed) => conv(24, seed).apply(x) as tf.SymbolicTensor, noisy)
  const noise = conv(3, 5, { activation: 'linear', kernelInitializer: 'zeros' }).apply(features) as tf.SymbolicTensor
  return tf.model({ inputs: noisy, outputs: tf.layers.add().apply([noisy, noise]) as tf.SymbolicTensor })
}

const withNoise = (pictures: Tensor4D, seed: number): Tensor4D =>
  tf.tidy(() => tf.clipByValue(tf.add<Tensor4D>(pictures, tf.randomNormal(pictures.shape, 0, NOISE, 'float32', seed)), 0, 1))

const run = async ({ steps, size, out }: { readonly steps: number; readonly size: number; readonly out: string }): Promise<void> => {
  const photographs = await Promise.all((['astronaut', 'coffee', 'rocket'] as const).map((name) => readImage(photograph(name))))
  const clean = patchesOf(photographs, 12, size, 1)
  const network = makeDenoiser()
  const optimizer = tf.train.adam(3e-3)
  console.log(`The loss:\n  ${show(loss)}\n`)

  const toClean = compile(loss, await vgg16()).prepare(clean)
  for (let step = 1; step <= steps; step++) {
    const noisy = withNoise(clean, step)
    const cost = optimizer.minimize(() => toClean(network.apply(noisy) as Tensor4D), step % 50 === 0 || step === steps)
    if (cost !== null) console.log(`step ${String(step)} of ${String(steps)}: loss ${(await cost.data())[0]!.toFixed(4)}`)
    tf.dispose([noisy, cost ?? []])
    await setImmediate()
  }
  toClean.dispose()
  await showOn(network, join(out, 'denoised.png'))
}

/** Noise on a photograph that was not learned from, and what the network makes of it. */
const showOn = async (network: tf.LayersModel, path: string): Promise<void> => {
  const original = await readImage(photograph('chelsea'), { size: 360 })
  const noisy = withNoise(original, 1_000_003)
  const denoised = tf.tidy(() => tf.clipByValue(network.predict(noisy) as Tensor4D, 0, 1))
  const distance = compile(lpips(), await alexnet())
  for (const [name, picture] of Object.entries({ noisy, denoised })) {
    const [far = Number.NaN] = await tf.tidy(() => distance(original, picture)).data()
    console.log(`${name.padEnd(9)} PSNR ${(await scores.psnr(original, picture)).toFixed(2)} dB, LPIPS ${far.toFixed(4)}`)
  }
  await writeContactSheet(path, await Promise.all([frame('noisy', noisy), frame('denoised', denoised), frame('original', original)]))
  console.log(path)
}

await program(async () => {
  const { help, ...values } = parsed(process.argv.slice(3), SPEC)
  if (help) console.log(HELP)
  else {
    const options = { steps: whole('--steps', values.steps, 1, 100_000), size: whole('--size', values.size, 16, 256), out: values.out }
    await startBackend(values.backend)
    await makeFolder(options.out)
    await run(options)
  }
  return 0
})
