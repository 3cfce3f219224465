/** What every user's compiler accepts, whatever its settings: calls inside calls, whose types are easily lost. Only type-checked. */
import * as tf from '@tensorflow/tfjs'
import {
  against,
  alexnet,
  balanceWeights,
  blurred,
  charbonnier,
  compile,
  discriminator,
  dists,
  esrgan,
  explain,
  featureAt,
  fitWeights,
  fromLayersModel,
  gatysStyle,
  gram,
  johnsonContent,
  johnsonStyle,
  laplacianPyramid,
  lpips,
  mae,
  masked,
  mean,
  mergeExtractors,
  mse,
  named,
  nonSaturating,
  normalize,
  perceptual,
  pixels,
  realEsrgan,
  relativistic,
  squeezenet,
  ssim,
  sum,
  totalVariation,
  tryBalanceWeights,
  tryCompile,
  tryExplain,
  tryFitWeights,
  vgg16,
  vgg19,
  weighted,
  type Extractor,
  type Loss,
} from 'perceptual-loss'

const shape = [1, 64, 64, 3] as const
const image = tf.zeros([...shape])
const pairs = [{ reference: image, prediction: image }]
const judgments = [{ reference: image, first: image, second: image, preferSecond: 0.5 }]
const [alex, vgg] = [await alexnet(), await vgg16()]

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Takes `true` only; `Same` is false where a type was lost. */
const holds = <T extends true>(value?: T): T | undefined => value

export const withoutNetwork = [
  compile(mse(pixels)),
  compile(mse(pixels), { range: [0, 255] }),
  compile(mae(blurred(pixels)))(image, image),
  compile(sum(ssim(pixels), weighted(2, totalVariation(pixels)))),
  compile(named('a', weighted(0.5, mean(mse(pixels), charbonnier(pixels, { epsilon: 1e-3 }))))),
  compile(laplacianPyramid()),
  compile(normalize(sum(mse(pixels), mse(pixels)))),
  compile(against('style', mse(pixels)))({ style: image }, image),
  compile(mse(masked(pixels, 'face')))({ target: image, face: image }, image),
  compile(perceptual([])),
  compile(sum()),
  tryCompile(mse(pixels)),
  tryCompile(mse(pixels), { checked: true }),
]

export const withNetwork = [
  compile(mse(pixels), vgg),
  compile(sum(weighted(2, mse(featureAt('block3_conv3'))), mse(pixels)), await vgg16()),
  compile(sum(lpips(), mse(pixels)), await alexnet(), { range: [-1, 1] }),
  compile(named('a', perceptual()), await vgg16()),
  compile(perceptual(['relu3_3']), vgg),
  compile(lpips({ net: 'vgg' }), vgg),
  compile(lpips({ heads: 'none' }), alex),
  compile(lpips({ net: 'squeeze' }), await squeezenet({ weights: 'squeezenet.pth' })),
  compile(sum(dists(), johnsonContent(), johnsonStyle(), gatysStyle()), vgg),
  compile(sum(esrgan(), realEsrgan({ pixelWeight: 1 })), await vgg19({ weights: 'vgg19.pth' })),
  compile(sum(perceptual(), lpips()), mergeExtractors(vgg, alex)),
  compile(
    sum(nonSaturating(featureAt('logits')), perceptual()),
    mergeExtractors(await vgg16(), fromLayersModel(tf.sequential(), { layers: ['logits'], live: true })),
  ),
  compile(sum(discriminator(featureAt('logits')), relativistic(featureAt('logits'))), fromLayersModel(tf.sequential())),
  compile({} as Loss<string, string>, vgg),
  compile(perceptual(), {} as Extractor<string>),
  compile(weighted(2)(named('a')(against('style')(johnsonStyle()))), vgg)({ style: image }, image),
  compile(sum(johnsonContent(), against('style', weighted(2, mse(gram(featureAt('block2_conv2')))))), vgg)({ target: image, style: image }, image),
  tryCompile(weighted(2, perceptual()), vgg),
]

export const otherCalls = [
  explain(mse(pixels), { shape }),
  explain(perceptual(), await vgg16(), { shape, memory: '1GiB' }),
  tryExplain(weighted(2, mse(pixels)), { shape }),
  tryExplain(named('a', lpips()), alex, { shape }),
  balanceWeights(sum(mse(pixels), ssim(pixels)), pairs),
  balanceWeights(sum(perceptual(), mse(pixels)), vgg, pairs, { by: 'gradient' }),
  tryBalanceWeights(sum(mse(pixels), ssim(pixels)), pairs, { shares: [1, 2] }),
  tryBalanceWeights(sum(perceptual(), mse(pixels)), vgg, pairs),
  fitWeights(sum(mse(pixels), ssim(pixels)), judgments),
  fitWeights(sum(perceptual(), mse(pixels)), vgg, judgments, { ridge: 1e-3 }),
  tryFitWeights(sum(mse(pixels), ssim(pixels)), judgments),
  tryFitWeights(sum(perceptual(), mse(pixels)), vgg, judgments),
]

export const nothing = weighted(2, sum())
export const deep = weighted(2, named('a', mean(perceptual(), mse(pixels))))
export const balancedLoss = balanceWeights(sum(perceptual(), mse(pixels)), vgg, pairs)
const fixed = 'vgg' as const
export const vggLpips = named('a', lpips({ net: fixed }))
export const defaultLpips = named('a', lpips({ heads: 'none' }))
export const anyLpips = lpips({ net: 'alex' as 'alex' | 'vgg' })
export const mine = weighted(2, mse(featureAt('mine')))
holds<Same<typeof vggLpips, Loss<'block1_conv2' | 'block2_conv2' | 'block3_conv3' | 'block4_conv3' | 'block5_conv3', 'target'>>>()
holds<Same<typeof defaultLpips, Loss<'conv1' | 'conv2' | 'conv3' | 'conv4' | 'conv5', 'target'>>>()
holds<
  Same<
    typeof anyLpips,
    Loss<'block1_conv2' | 'block2_conv2' | 'block3_conv3' | 'block4_conv3' | 'block5_conv3' | 'conv1' | 'conv2' | 'conv3' | 'conv4' | 'conv5', 'target'>
  >
>()
holds<Same<typeof mine, Loss<'mine', 'target'>>>()
holds<Same<typeof nothing, Loss>>()
holds<Same<typeof deep, Loss<'block2_conv2' | 'block3_conv3', 'target'>>>()
holds<Same<typeof balancedLoss, Promise<Loss<'block2_conv2' | 'block3_conv3', 'target'>>>>()

/** Functions of a user's own, over any layers and references. */
export const generic = [
  <L extends string>(loss: Loss<L, 'target'>, extractor: Extractor<L>) => compile(weighted(2, loss), extractor)(image, image),
  <R extends string>(loss: Loss<never, R>) => compile(loss, { range: [0, 255] }),
  <L extends string>(layer: L) => mse(gram(featureAt(layer))),
  <const L extends string>(layers: readonly L[]): Loss<L, 'target'> => perceptual(layers),
  (loss: Loss<never, string>) => compile(loss),
]
