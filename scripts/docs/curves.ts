/**
 * How the value of a loss grows with a distortion, and with a logit: as SVG.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import sharp from 'sharp'
import { Error as Errors, logger, parse, View } from 'vega'
import { compile as compileSpec, type TopLevelSpec } from 'vega-lite'
import { blurred, compile, discriminator, pixels, relativistic, type CompiledLoss } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import type { AnyLoss } from './catalogue.js'
import { middle } from './pictures.js'

const STEPS = [0, 0.25, 0.5, 0.75, 1]
const recompressed = async (image: Tensor4D, quality: number): Promise<Tensor4D> => {
  const [, height, width] = image.shape
  const bytes = tf.tidy(() => tf.round(tf.mul(image, 255)).dataSync())
  return readImage(
    await sharp(Buffer.from(Uint8Array.from(bytes)), { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer(),
  )
}

/** What is done to a part of a photograph, its name saying what full strength is. */
const DISTORTIONS: Readonly<Record<string, (part: (by: number) => Tensor4D, strength: number) => Tensor4D | Promise<Tensor4D>>> = {
  'blur, σ to 3 px': (part, strength) => blurred(pixels, { sigma: 3 * strength }).by.apply(part(0)) as Tensor4D,
  'noise, σ to 0.15': (part, strength) => {
    const noise = tf.randomNormal<tf.Rank.R4>(part(0).shape, 0, 0.15 * strength, 'float32', 1)
    return tf.clipByValue(tf.add<Tensor4D>(part(0), noise), 0, 1)
  },
  'JPEG, quality 95 to 5': (part, strength) => recompressed(part(0), Math.round(95 - 90 * strength)),
  'shift, to 12 px': (part, strength) => part(12 * strength),
  'darker, to half': (part, strength) => tf.mul<Tensor4D>(part(0), 1 - 0.5 * strength),
}

interface Point {
  readonly of: string
  readonly x: number
  readonly value: number
}

/** A part of a photograph, and pictures of all strengths of all distortions of it. */
export interface Distorted {
  readonly reference: Tensor4D
  readonly pictures: readonly (Omit<Point, 'value'> & { readonly image: Tensor4D })[]
}

/** The distortions of a part that is so large. */
export const distorted = async (photograph: Tensor4D, side: number): Promise<Distorted> => {
  const part = (by: number): Tensor4D => middle(photograph, side, by)
  const each = Object.entries(DISTORTIONS).map(async ([of, distort]) =>
    Promise.all(STEPS.map(async (x) => ({ of, x, image: x === 0 ? part(0) : await distort(part, x) }))),
  )
  return { reference: part(0), pictures: (await Promise.all(each)).flat() }
}

/** A line for each distortion. */
export const distortionCurves = (f: CompiledLoss<string>, { reference, pictures }: Distorted): Promise<string> => {
  const toReference = f.prepare(reference as never)
  const points = pictures.map(({ of, x, image }) => ({ of, x, value: tf.tidy(() => toReference(image).dataSync()[0] ?? Number.NaN) }))
  toReference.dispose()
  return asSvg(lines(points, 'strength', 'value'))
}

const LOGITS = Array.from({ length: 41 }, (_, i) => -4 + i / 5)

/** The value for one logit: [41] pictures of one pixel, whose channels are all that logit. */
const overLogits = (loss: AnyLoss, real: number): readonly number[] =>
  tf.tidy(() => {
    const shape: [number, number, number, number] = [LOGITS.length, 1, 1, 3]
    const logits = tf.broadcastTo(tf.reshape(tf.tensor1d(LOGITS), [-1, 1, 1, 1]), shape) as Tensor4D
    return Array.from((compile(loss as never) as CompiledLoss).perSample(tf.fill(shape, real), logits).dataSync())
  })

const GAMES = ['nonSaturating', 'leastSquares', 'hinge', 'wasserstein'] as const

type OfSide = (feature: typeof pixels, options: { readonly side: 'generator' | 'real' | 'fake' }) => AnyLoss

/** An adversarial loss: each side's cost; of both players' logits: each game's, the real logit being 0. */
export const logitCurves = (id: string, bySide: OfSide): Promise<string> => {
  const sides = id === 'discriminator' || id === 'relativistic' ? byGame(id === 'discriminator' ? discriminator : relativistic) : bySideOf(bySide)
  const points = Object.entries(sides).flatMap(([of, loss]) => overLogits(loss, 0).map((value, i) => ({ of, x: LOGITS[i] ?? 0, value })))
  return asSvg(lines(points, id === 'discriminator' || id === 'relativistic' ? "the generated picture's logit (the real one's: 0)" : 'logit', 'value'))
}

const byGame = (of: typeof discriminator | typeof relativistic): Readonly<Record<string, AnyLoss>> =>
  Object.fromEntries(GAMES.map((objective) => [objective, of(pixels, { objective }) as AnyLoss]))

const bySideOf = (of: OfSide): Readonly<Record<string, AnyLoss>> =>
  Object.fromEntries((['generator', 'real', 'fake'] as const).map((side) => [`side '${side}'`, of(pixels, { side })]))

const lines = (values: readonly Point[], x: string, y: string): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: { values: [...values] },
  background: '#ffffff',
  padding: 10,
  width: 560,
  height: 260,
  mark: { type: 'line', point: values.length < 100 },
  encoding: {
    x: { field: 'x', type: 'quantitative', title: x },
    y: { field: 'value', type: 'quantitative', title: y },
    color: { field: 'of', type: 'nominal', sort: null, title: null, legend: { labelLimit: 300 }, scale: { scheme: 'tableau10' } },
    strokeDash: { field: 'of', type: 'nominal', sort: null, title: null },
  },
})

const quiet = logger(Errors)

const asSvg = (spec: TopLevelSpec): Promise<string> => new View(parse(compileSpec(spec, { logger: quiet }).spec), { renderer: 'none' }).toSVG()
