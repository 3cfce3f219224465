/**
 * The pictures of each page of docs/losses: NAME.webp and NAME.svg beside it.
 */
import { writeFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import * as face from '../../src/index.js'
import { compile, featureAt, gram, lpips, mse, unitNormalized, type CompiledLoss, type Extractor } from '../../src/index.js'
import { heatmapToImage, readImage } from '../../src/node/index.js'
import type { Entry } from './catalogue.js'
import { distorted, distortionCurves, logitCurves } from './curves.js'
import { photographs, row, sheet } from './pictures.js'

/** The sides of what networks look at, and of what is looked at without one: MS-SSIM takes 161 and more. */
const [SMALL, LARGE] = [128, 176]

/** Draws the pictures of a page into the folder. */
export const illustrator = async (folder: URL): Promise<(entry: Entry, extractor: Extractor<string> | undefined) => Promise<void>> => {
  const photograph = await readImage(new URL('../../test/goldens/images/astronaut.png', import.meta.url))
  const scene = async (side: number) => ({ all: await photographs(side), strengths: await distorted(photograph, side) })
  const [small, large] = [await scene(SMALL), await scene(LARGE)]
  const write = (name: string, bytes: Buffer | string): Promise<void> => writeFile(new URL(name, folder), bytes)
  return async ({ id, loss, shown }, extractor) => {
    const { all, strengths } = extractor === undefined ? large : small
    if (shown === 'logits') return write(`${id}.svg`, await logitCurves(id, face[id as 'hinge']))
    if (shown === 'feature') return write(`${id}.webp`, await row(transformedPictures(id, loss, all, extractor)))
    const f = compile(loss as never, extractor as never) as unknown as CompiledLoss<string>
    await write(`${id}.webp`, await sheet(f, all))
    await write(`${id}.svg`, await distortionCurves(f, strengths))
  }
}

/** The picture of the tour: a photograph, blurred, and where LPIPS sees it. */
export const tourPicture = async (alexnet: Extractor<string>): Promise<Buffer> => {
  const all = await photographs(LARGE)
  const [photograph, blurry] = ['original', 'blur'].map((name) => all.find((one) => one.name === name)?.image) as [Tensor4D, Tensor4D]
  const heat = compile(lpips() as never, alexnet as never).heatmap(photograph as never, blurry)
  return row([
    { name: 'photo.png', image: photograph },
    { name: 'blurry.png', image: blurry },
    { name: 'where.png', image: heatmapToImage(heat) },
  ])
}

type Pictures = Awaited<ReturnType<typeof photographs>>

/** What a transform makes of the photograph. */
const transformedPictures = (id: string, loss: Entry['loss'], all: Pictures, extractor: Extractor<string> | undefined): Pictures => {
  const named = (name: string): Tensor4D => all.find((one) => one.name === name)?.image ?? tf.zeros([1, 1, 1, 3])
  const original = named('original')
  if (id === 'gram') return [{ name: 'original', image: original }, ...grams(all, ['original', 'shift', 'blur'], extractor)]
  if (id === 'unitNormalized') return darkened(original, named('darker'), extractor)
  if (loss._tag !== 'Compare' || loss.feature._tag !== 'Transformed') throw new Error(`${id} is not shown by a transformed feature.`)
  const seen = loss.feature.by.apply(original) as Tensor4D
  const channels = seen.shape[3] === 1 ? tf.tile(seen, [1, 1, 1, 3]) : seen
  return [
    { name: 'original', image: original },
    { name: id, image: id === 'highPassed' ? tf.add(channels, 0.5) : channels },
  ]
}

/** Grams of block2_conv2 as pictures of 128 x 128. */
const grams = (all: Pictures, names: readonly string[], extractor: Extractor<string> | undefined): Pictures => {
  const taps = [{ layer: 'block2_conv2', activation: 'post', pooling: 'max' }] as const
  return all
    .filter(({ name }) => names.includes(name))
    .map(({ name, image }) => {
      const [feature] = extractor?.features(image, taps, 'unit') ?? []
      const matrix = gram(featureAt('block2_conv2')).by.apply(feature ?? image)
      const [, side = 1] = matrix.shape
      return { name: `Gram: ${name}`, image: heatmapToImage(tf.sqrt(tf.reshape(matrix, [1, side, side, 1]))) }
    })
}

/** Where features differ in a darker picture, and where unit features do. */
const darkened = (original: Tensor4D, darker: Tensor4D, extractor: Extractor<string> | undefined): Pictures => {
  const feature = featureAt('block3_conv3')
  const heats = [mse(feature), mse(unitNormalized(feature))].map((loss) => compile(loss, extractor as never).heatmap(original, darker))
  return [
    { name: 'original', image: original },
    { name: 'darker', image: darker },
    ...heats.map((heat, i) => ({ name: i === 0 ? 'features differ' : 'unit features differ', image: heatmapToImage(heat) })),
  ]
}
