/**
 * A generator trained by distribution: its patches have no targets; their features as a set become those of a photograph's patches.
 *
 * npm run example -- distribution --help
 */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { frame, writeContactSheet } from '../src/cli/painting/contactSheet.js'
import { frechet, frechetLoss, kernelDistance, measureFeatures, statisticsMonoid, type FeatureStatistics } from '../src/distributions/index.js'
import { alexnet, featureAt, pixels } from '../src/index.js'
import { readImage } from '../src/node/index.js'
import { backendOption, parsed, startBackend, whole } from './arguments.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'
import { program } from './program.js'
import { patchesOf } from './training/patches.js'

const [SIZE, BATCH] = [32, 8]

const SPEC = {
  steps: { type: 'string', default: '200' },
  out: { type: 'string', default: 'demo-output/distribution' },
  backend: { type: 'string', default: backendOption.default },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const HELP = `Trains a generator of gravel, without pairs, by the Fréchet distance between features of its patches and of a photograph's.

Usage: npm run example -- distribution [options]

  --steps N               number of Adam steps (default: ${SPEC.steps.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})`

/** Every position is a feature: the set of them is what a texture is. */
const EACH = { positions: 'each' } as const

/** Noise becomes patches. */
const makeGenerator = (): tf.LayersModel => {
  const conv = (filters: number, seed: number, activation: 'relu' | 'sigmoid') =>
    tf.layers.conv2d({ filters, kernelSize: 5, padding: 'same', activation, kernelInitializer: tf.initializers.heNormal({ seed }) })
  const noise = tf.input({ shape: [null, null, 4] })
  const features = [1, 2].reduce((x, seed) => conv(16, seed, 'relu').apply(x) as tf.SymbolicTensor, noise)
  return tf.model({ inputs: noise, outputs: conv(3, 4, 'sigmoid').apply(features) as tf.SymbolicTensor })
}

const noiseOf = (seed: number): Tensor4D => tf.randomNormal([BATCH, SIZE, SIZE, 4], 0, 1, 'float32', seed)

const run = async ({ steps, out }: { readonly steps: number; readonly out: string }): Promise<void> => {
  const [gravel, network, generator] = [await readImage(photograph('gravel')), await alexnet(), makeGenerator()]
  const measure = measureFeatures(featureAt('conv1'), network, EACH)
  const statisticsOfBatches = async (batch: (i: number) => Tensor4D): Promise<FeatureStatistics> => {
    let all = statisticsMonoid.empty
    for (let i = 0; i < 4; i++) {
      const images = batch(i)
      all = statisticsMonoid.concat(
        all,
        await measure(
          images,
          Array.from({ length: BATCH }, (_, k) => `${String(i)} ${String(k)}`),
        ),
      )
      images.dispose()
    }
    return all
  }
  const patches = (seed: number): Tensor4D => patchesOf([gravel], BATCH, SIZE, seed)
  const [real, heldOut] = [await statisticsOfBatches((i) => patches(i + 1)), await statisticsOfBatches((i) => patches(i + 100))]
  const colours = patches(1)
  const ofColours = await measureFeatures(pixels, EACH)(
    colours,
    Array.from({ length: BATCH }, (_, k) => String(k)),
  )
  const losses = [frechetLoss(real, featureAt('conv1'), network, EACH), frechetLoss(ofColours, pixels, EACH)] as const

  const report = async (name: string): Promise<void> => {
    const made = await statisticsOfBatches((i) => tf.tidy(() => generator.predict(noiseOf(i + 10_000)) as Tensor4D))
    const { mean } = kernelDistance(heldOut, made, { subsets: 10, subsetSize: 300 })
    console.log(`${name.padEnd(9)} Fréchet distance ${frechet(heldOut, made).toFixed(3)}, kernel distance ${mean.toFixed(4)}`)
  }
  await report('untrained')
  const optimizer = tf.train.adam(3e-3)
  for (let step = 1; step <= steps; step++) {
    const noise = noiseOf(step)
    const cost = optimizer.minimize(
      () => {
        const made = generator.apply(noise) as Tensor4D
        return tf.addN(losses.map((loss) => loss(made)))
      },
      step % 50 === 0,
    )
    if (cost !== null) console.log(`step ${String(step)} of ${String(steps)}: loss ${(await cost.data())[0]!.toFixed(3)}`)
    tf.dispose([noise, cost ?? []])
    await setImmediate()
  }
  await report('trained')
  const path = join(out, 'distribution.png')
  const made = generator.predict(noiseOf(1)) as Tensor4D
  await writeContactSheet(path, await Promise.all([frame('generated', enlarged(made)), frame('real', enlarged(colours))]))
  console.log(path)
}

/** The first patch, four times as large. */
const enlarged = (patches: Tensor4D): Tensor4D => tf.tidy(() => tf.image.resizeNearestNeighbor(tf.slice(patches, 0, 1), [4 * SIZE, 4 * SIZE]))

await program(async () => {
  const { help, ...values } = parsed(process.argv.slice(3), SPEC)
  if (help) console.log(HELP)
  else {
    const options = { steps: whole('--steps', values.steps, 1, 100_000), out: values.out }
    await startBackend(values.backend)
    await makeFolder(options.out)
    await run(options)
  }
  return 0
})
