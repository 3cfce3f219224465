/** The peers' numbers, and the losses of this package that they are of. */
import { readFileSync } from 'node:fs'
import {
  dists,
  featureAt,
  gatysStyle,
  johnsonStyle,
  lpips,
  mae,
  mse,
  named,
  perceptual,
  pixels,
  sum,
  totalVariation,
  weighted,
  type Loss,
  type Target,
  type Vgg16Layer,
} from '../../src/index.js'

/** The gradient of a value: its norm, its sum, and its value at [row, column, channel]. */
export interface GoldenGradient {
  readonly norm: number
  readonly sum: number
  readonly at: readonly (readonly [number, number, number, number])[]
}

/** What the peers gave for one pair. */
export interface GoldenPair {
  readonly a: string
  readonly b: string
  readonly values: Readonly<Record<string, number | { readonly error: string }>>
  readonly gradients: Readonly<Record<string, GoldenGradient | string>>
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../goldens/${name}`, import.meta.url), 'utf8'))

/** With float32 weights everywhere. */
export const published = (read('numbers.json') as { readonly pairs: readonly GoldenPair[] }).pairs
/** With the weights as the package has them. */
export const asShipped = (read('numbers_as_shipped.json') as { readonly pairs: readonly GoldenPair[] }).pairs

type Vgg16Loss = Loss<Vgg16Layer, Target>

const LAYERS = [
  'block1_conv1',
  'block1_conv2',
  'block2_conv1',
  'block2_conv2',
  'block3_conv1',
  'block3_conv2',
  'block3_conv3',
  'block4_conv1',
  'block4_conv2',
  'block4_conv3',
  'block5_conv1',
  'block5_conv2',
  'block5_conv3',
] as const

export const JOHNSON = 'vgg16:johnson style (relu1_2 2_2 3_3 4_3, Gram / CHW, squared Frobenius)'
export const SEED = 'vgg16:seed (block2_conv2 + block3_conv3, mse)'
export const BLOCK3 = 'vgg16:block3_conv3:mse'
export const LPIPS_VGG = 'lpips(vgg)'
export const DISTS = 'dists'
export const TV = 'piq.total_variation(l2) of the prediction'

/** Every golden that the metrics of this package cover, by the golden's name. */
export const COVERED: Readonly<Record<string, Vgg16Loss>> = {
  'pixels:mse': mse(pixels),
  'pixels:mae': mae(pixels),
  ...Object.fromEntries(LAYERS.map((layer) => [`vgg16:${layer}:mse`, mse(featureAt(layer))])),
  'vgg16:block3_conv3:mae': mae(featureAt('block3_conv3')),
  'vgg16:block3_conv3:pre:mse': mse(featureAt('block3_conv3', { activation: 'pre' })),
  [SEED]: perceptual(),
  [JOHNSON]: johnsonStyle(),
  'vgg16:gatys style (relu1_1 .. 5_1, Gram / HW, mse, 1000 / n^2)': gatysStyle(),
  // piq takes the mean over positions and the sum over the 256 channels.
  'piq.ContentLoss(relu3_3)': weighted(256, mse(featureAt('relu3_3'))),
  [LPIPS_VGG]: lpips({ net: 'vgg' }),
  [DISTS]: dists(),
  'piq.total_variation(l1) of the prediction': totalVariation(pixels, { norm: 'l1', reduction: 'sum' }),
  [TV]: totalVariation(pixels, { norm: 'l2', reduction: 'sum' }),
  'piq.total_variation(l2_squared) of the prediction': totalVariation(pixels, { norm: 'l2Squared', reduction: 'sum' }),
}

/** All of them as one loss, so that one forward pass gives all; rows are found by name. */
export const everyCovered = (): Vgg16Loss => sum(...Object.entries(COVERED).map(([name, loss]) => named(name, loss)))
