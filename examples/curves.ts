/**
 * The curve of every term while a model trains: in TensorBoard where the native backend writes its files, otherwise as a table (CSV).
 *
 * npm run example -- curves --help
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import papaparse from 'papaparse'
import { compile, featureAt, mae, mse, named, pixels, show, sum, totalVariation, vgg16, weighted } from '../src/index.js'
import { readImage, type ChosenBackend } from '../src/node/index.js'
import { backendOption, parsed, startBackend, whole } from './arguments.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'
import { program } from './program.js'
import { patchesOf } from './training/patches.js'

const SPEC = {
  epochs: { type: 'string', default: '40' },
  size: { type: 'string', default: '64' },
  out: { type: 'string', default: 'demo-output/curves' },
  backend: { type: 'string', default: backendOption.default },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const HELP = `Trains a small model and writes the curve of every term of its loss.

Usage: npm run example -- curves [options]

  --epochs N              number of epochs (default: ${SPEC.epochs.default})
  --size N                the side of the training patches, 16 to 256 pixels (default: ${SPEC.size.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})`

const loss = sum(
  named('pixels', mae(pixels)),
  named('perceptual', sum(weighted(0.05, mse(featureAt('block2_conv2'))), weighted(0.02, mse(featureAt('block3_conv3'))))),
  named('smooth', weighted(0.02, totalVariation(pixels))),
)

/** Values by their names, at one step. */
type Point = Readonly<Record<string, number>>

/** Where points go. */
interface Curves {
  readonly add: (step: number, point: Point) => void
  /** Writes what is not written yet; gives the words about where it is. */
  readonly end: () => Promise<string>
}

/** What is taken of tfjs-node. */
interface Native {
  readonly node: {
    readonly summaryFileWriter: (folder: string) => { readonly scalar: (name: string, value: number, step: number) => void; readonly flush: () => void }
  }
}

/** The native backend has TensorFlow's own writer. */
const curvesFor = async ({ backend, tried }: ChosenBackend, folder: string): Promise<Curves> => {
  const pack = tried.find(({ chosen }) => chosen)?.name
  return backend === 'tensorflow' ? inTensorBoard((await import(`@tensorflow/${pack ?? ''}`)) as Native, folder) : inTable(join(folder, 'curves.csv'))
}

const inTensorBoard = ({ node }: Native, folder: string): Curves => {
  const writer = node.summaryFileWriter(folder)
  return {
    add: (step, point) => {
      for (const [name, value] of Object.entries(point)) writer.scalar(name, value, step)
    },
    end: () => {
      writer.flush()
      return Promise.resolve(`To see the curves: tensorboard --logdir ${folder}`)
    },
  }
}

const inTable = (file: string): Curves => {
  const rows: Point[] = []
  return {
    add: (step, point) => void rows.push({ step, ...point }),
    end: async () => {
      await writeFile(file, `${papaparse.unparse(rows)}\n`)
      return `Only the native backend writes TensorBoard's files (npx perceptual-loss native installs it).\nThe curves are in ${file}, one column each.`
    },
  }
}

const run = async (chosen: ChosenBackend, { epochs, size, out }: { readonly epochs: number; readonly size: number; readonly out: string }): Promise<void> => {
  const photographs = await Promise.all((['astronaut', 'chelsea', 'coffee', 'rocket'] as const).map((name) => readImage(photograph(name))))
  const sharp = patchesOf(photographs, 8, size, 1)
  const blurred = tf.tidy(() => tf.image.resizeBilinear(tf.avgPool(sharp, 4, 4, 'valid'), [size, size], false, true))
  const conv = (filters: number, seed: number) =>
    tf.layers.conv2d({ filters, kernelSize: 5, padding: 'same', activation: 'tanh', kernelInitializer: tf.initializers.glorotUniform({ seed }) })
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [size, size, 3] }), conv(24, 1), conv(24, 2), conv(3, 3)] })

  console.log(`The loss:\n  ${show(loss)}\n`)
  const f = compile(loss, await vgg16())
  const toSharp = f.prepare(sharp)
  const curves = await curvesFor(chosen, out)
  model.compile({ optimizer: tf.train.adam(2e-3), loss: f })
  const onEpochEnd = async (epoch: number): Promise<void> => {
    const made = tf.tidy(() => model.predict(blurred) as Tensor4D)
    const terms = await toSharp.breakdown(made)
    made.dispose()
    const total = terms.reduce((all, { value }) => all + value, 0)
    curves.add(epoch + 1, { loss: total, ...Object.fromEntries(terms.map(({ name, value }) => [name, value])) })
    console.log(`epoch ${String(epoch + 1)} of ${String(epochs)}: loss ${total.toFixed(4)}`)
  }
  await model.fit(blurred, sharp, { epochs, batchSize: 4, shuffle: false, verbose: 0, callbacks: { onEpochEnd } })
  console.log(`\n${await curves.end()}`)
}

await program(async () => {
  const { help, ...values } = parsed(process.argv.slice(3), SPEC)
  if (help) console.log(HELP)
  else {
    const options = { epochs: whole('--epochs', values.epochs, 1, 100_000), size: whole('--size', values.size, 16, 256), out: values.out }
    const chosen = await startBackend(values.backend)
    await makeFolder(options.out)
    await run(chosen, options)
  }
  return 0
})
