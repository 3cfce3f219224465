/**
 * Feature inversion: optimizes noise until its features at a layer match those of the original picture.
 *
 * Source: Mahendran and Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015: the features' squared distance, relative, and total variation.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { compile, featureAt, mse, named, pixels, sum, totalVariation, weighted, type Extractor, type PreparedLoss } from '../../index.js'
import { writeImage } from '../../node/index.js'
import { aboutFiles } from '../errorsByFile.js'
import { startBackend } from '../startBackend.js'
import { catchInterrupt, type Interrupt } from '../interrupt.js'
import { extractorWith, networks } from '../namedNetworks.js'
import type { Output } from '../output.js'
import { checkWritable, readPicture, sidesOf } from '../readPictures.js'
import { frame, writeContactSheet, type Frame } from './contactSheet.js'
import { paint } from './paint.js'
import { progress, sparse } from './stepProgress.js'
import { printable } from '../printable.js'

/** The arguments of the command. */
export interface Inversion {
  readonly picture: string
  readonly out: string
  readonly layers: readonly string[]
  /** The longest side, in pixels. */
  readonly size: number
  /** For each layer. */
  readonly steps: number
  readonly tvWeight: number
  readonly weights: readonly string[]
  readonly backend: string
}

/** One layer's picture, and the remaining fraction of the initial distance. */
interface Inverted {
  readonly layer: string
  readonly image: Tensor4D
  readonly steps: number
  readonly left: number
}

/** Reconstructs the pictures and writes them; returns the exit status: 130 after Ctrl-C, with the pictures finished by then. */
export const invert = async (asked: Inversion, output: Output): Promise<number> => {
  const several = asked.layers.length > 1
  await checkWritable(asked.out, several ? ['.png'] : undefined)
  const interrupt = catchInterrupt()
  await startBackend(asked.backend)
  const { image: original, surprises } = await readPicture(asked.picture, { size: asked.size })
  for (const words of surprises) output.err(`perceptual-loss: ${words}`)
  const among = networks(asked.weights)
  const all = await Promise.all(asked.layers.map(async (layer) => ({ layer, extractor: await extractorWith(layer, among) })))
  const made: Inverted[] = []
  for (const { layer, extractor } of all)
    if (made.length === 0 || !interrupt.asked())
      made.push(await aboutFiles({ prediction: asked.picture, target: asked.picture }, () => invertLayer(original, layer, extractor, asked, interrupt, output)))
  interrupt.release()
  await write(asked, original, made)
  for (const { layer, left, steps } of made)
    output.out(`${printable(layer)}: ${(100 * left).toFixed(1)} % of the feature distance remains after ${String(steps)} step${steps === 1 ? '' : 's'}`)
  output.out(`${printable(asked.out)} (${several ? 'on one sheet' : sidesOf(original)})`)
  tf.dispose([original, ...made.map(({ image }) => image)])
  const whole = made.length === asked.layers.length && made.every(({ steps }) => steps === asked.steps)
  if (!whole) output.err('perceptual-loss: stopped early; the finished pictures were saved.')
  return whole ? 0 : 130
}

const invertLayer = async (
  original: Tensor4D,
  layer: string,
  extractor: Extractor<string>,
  { steps, tvWeight }: Inversion,
  interrupt: Interrupt,
  { terminal, progress: tell }: Output,
): Promise<Inverted> => {
  const image = tf.variable(noiseLike(original))
  const alone = compile(mse(featureAt(layer)), extractor)
  const distance = async (): Promise<number> => valueOf(alone.prepare(original), image)
  const first = await distance()
  const relative = sum(
    named(layer, weighted(1 / (first === 0 ? 1 : first), mse(featureAt(layer)))),
    named('smooth', weighted(tvWeight, totalVariation(pixels))),
  )
  const loss = compile(relative, extractor).prepare(original)
  const shown = terminal === undefined ? sparse(steps, tell) : progress(steps, terminal)
  const painted = await paint(loss, image, { steps, before: await loss.breakdown(image), interrupt, progress: shown })
  const left = first === 0 ? 0 : (await distance()) / first
  loss.dispose()
  alone.dispose()
  const kept = tf.clone(image) as Tensor4D
  image.dispose()
  return { layer, image: kept, steps: painted.steps, left }
}

/** Nearly grey, and the same in each run. */
const noiseLike = ({ shape }: Tensor4D): Tensor4D => tf.tidy(() => tf.clipByValue(tf.randomNormal(shape, 0.5, 0.05, 'float32', 1), 0, 1))

const valueOf = async (loss: PreparedLoss, image: tf.Tensor): Promise<number> => {
  const value = loss(image)
  const [number = Number.NaN] = await value.data()
  value.dispose()
  loss.dispose()
  return number
}

const write = async ({ out, layers }: Inversion, original: Tensor4D, made: readonly Inverted[]): Promise<void> => {
  const [only] = made
  if (layers.length === 1 && only !== undefined) return writeImage(out, only.image)
  const frames: Frame[] = [await frame('original', original)]
  for (const { layer, image } of made) frames.push(await frame(layer, image))
  await writeContactSheet(out, frames)
}
