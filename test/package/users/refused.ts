/** What every user's compiler refuses, whatever its settings, with words that the first line of its message has. Only type-checked. */
import * as tf from '@tensorflow/tfjs'
import {
  against,
  balanceWeights,
  compile,
  dists,
  esrgan,
  explain,
  featureAt,
  fitWeights,
  gatysStyle,
  gram,
  johnsonContent,
  johnsonStyle,
  lpips,
  mae,
  masked,
  mean,
  mse,
  named,
  normalize,
  perceptual,
  pixels,
  realEsrgan,
  ssim,
  sum,
  tryBalanceWeights,
  tryCompile,
  tryExplain,
  tryFitWeights,
  weighted,
  type AlexnetLayer,
  type Network,
  type Vgg16Layer,
} from 'perceptual-loss'

declare const alex: Network<AlexnetLayer>
declare const vgg: Network<Vgg16Layer>
const shape = [1, 64, 64, 3] as const
const image = tf.zeros([...shape])
const pairs = [{ reference: image, prediction: image }]
const judgments = [{ reference: image, first: image, second: image, preferSecond: 0.5 }]

export const wrongLayer = [
  // @ts-expect-error Network<Vgg16Layer>; this network does not have the layer 'block9_conv9'
  () => compile(sum(mse(featureAt('block9_conv9')), mae(pixels)), vgg),
  // @ts-expect-error Network<Vgg16Layer>; 'block9_conv9'
  () => compile(weighted(2, sum(ssim(pixels), mse(gram(featureAt('block9_conv9'))))), vgg),
  // @ts-expect-error Network<Vgg16Layer>; 'block1_conv3'
  () => compile(named('a', mean(mse(featureAt('block1_conv3')))), vgg, { range: [0, 255] }),
  // @ts-expect-error Network<Vgg16Layer>; 'conv1'
  () => compile(sum(mse(pixels), lpips()), vgg),
  // @ts-expect-error Network<AlexnetLayer>; 'block1_conv2'
  () => compile(lpips({ net: 'vgg' }), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => compile(perceptual(), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => compile(weighted(2, named('a', perceptual())), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block1_conv1'
  () => compile(weighted(2, normalize(perceptual(['block1_conv1']))), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block1_conv2'
  () => compile(dists(), alex),
  // @ts-expect-error Network<Vgg16Layer>; 'block5_conv4'
  () => compile(esrgan(), vgg),
  // @ts-expect-error Network<Vgg16Layer>; 'block3_conv4'
  () => compile(weighted(2, realEsrgan()), vgg),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => compile(johnsonContent(), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block1_conv2'
  () => compile(against('style', johnsonStyle()), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block1_conv1'
  () => compile(weighted(2)(gatysStyle()), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => tryCompile(perceptual(), alex),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => explain(perceptual(), alex, { shape }),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => tryExplain(perceptual(), alex, { shape }),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => balanceWeights(perceptual(), alex, pairs),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => tryBalanceWeights(perceptual(), alex, pairs, { by: 'value' }),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => fitWeights(perceptual(), alex, judgments),
  // @ts-expect-error Network<AlexnetLayer>; 'block3_conv3'
  () => tryFitWeights(perceptual(), alex, judgments, { ridge: 1 }),
]

export const noNetwork = [
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => compile(sum(mse(pixels), mse(featureAt('block3_conv3')))),
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => compile(perceptual()),
  // @ts-expect-error this loss needs a network that has the layer 'conv1'
  () => compile(weighted(2, lpips())),
  // @ts-expect-error type 'Extractor<string>'
  () => compile(perceptual(), { range: [0, 255] }),
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => tryCompile(johnsonContent()),
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => explain(perceptual(), { shape }),
  // @ts-expect-error 'undefined'; AnyExtractor
  () => explain(perceptual(), undefined, { shape }),
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => balanceWeights(perceptual(), pairs),
  // @ts-expect-error this loss needs a network that has the layer 'block3_conv3'
  () => fitWeights(perceptual(), judgments),
]

export const wrongReferences = [
  // @ts-expect-error style; Readonly<Record<
  () => compile(sum(mse(pixels), against('style', mse(featureAt('block3_conv3')))), vgg)(image, image),
  // @ts-expect-error style; Readonly<Record<
  () => compile(sum(mse(pixels), against('style', mse(pixels))))({ target: image }, image),
  // @ts-expect-error face; Readonly<Record<
  () => compile(mse(masked(pixels, 'face')))({ target: image }, image),
  // @ts-expect-error 'target' does not exist
  () => compile(weighted(2, against('style', mse(pixels)))).prepare({ target: image }),
]

export const wrongOptions = [
  // @ts-expect-error No overload matches
  () => compile(mse(pixels), { rnage: [0, 255] }),
  // @ts-expect-error 'rnage' does not exist
  () => compile(perceptual(), vgg, { rnage: [0, 255] }),
  // @ts-expect-error 'size' does not exist
  () => explain(mse(pixels), { size: 256 }),
  // @ts-expect-error No overload matches
  () => balanceWeights(mse(pixels), pairs, { by: 'nothing' }),
]
