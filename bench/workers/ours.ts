/**
 * This library's side of the benchmark: each loss by the name that workloads have for it.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import {
  aDists,
  alexnet,
  alexnetShiftTolerant,
  charbonnier,
  ciede2000,
  compile,
  cosine,
  cwSsim,
  dists,
  dss,
  featureAt,
  flip,
  fsim,
  gmsd,
  haarPsi,
  huber,
  iwSsim,
  lpips,
  mae,
  mdsi,
  mse,
  msGmsd,
  msSsim,
  nlpd,
  pixels,
  squaredFrobenius,
  srSim,
  ssim,
  ssimulacra2,
  stLpips,
  sum,
  vgg16,
  vif,
  vsi,
  wassersteinDistortion,
  type Extractor,
  type Loss,
  type Vgg16Layer,
} from '../../src/index.js'
import { planLoss } from '../../src/core/plan/plan.js'
import type { Pixels } from '../../src/node/decodedPicture.js'
import { pixelTensor } from '../../src/node/pixelTensor.js'
import type { Setup } from './running.js'

const taps = ['block1_conv2', 'block2_conv2', 'block3_conv3'] as const
const metrics = [mse, mae, huber, charbonnier, cosine] as const

/** `count` different terms on three taps, the deepest first. */
const manyTerms = (count: number): Loss<Vgg16Layer, 'target'> =>
  sum(
    ...[...metrics.flatMap((metric) => [...taps].reverse().map((tap) => metric(featureAt(tap)))), squaredFrobenius(featureAt('block3_conv3'))].slice(0, count),
  )

/** Losses over VGG16 by name; any other name is a layer, compared by mean squared error. */
const LOSSES: Readonly<Record<string, Loss<Vgg16Layer, 'target'>>> = {
  'lpips-vgg': lpips({ net: 'vgg' }),
  dists: dists(),
  ssim: ssim(pixels, { downsample: 'none' }),
  'ms-ssim': msSsim(pixels),
  fsim: fsim(pixels),
  vsi: vsi(pixels),
  mdsi: mdsi(pixels),
  vif: vif(pixels),
  'sr-sim': srSim(pixels),
  dss: dss(pixels),
  gmsd: gmsd(pixels),
  'ms-gmsd': msGmsd(pixels),
  'haar-psi': haarPsi(pixels),
  'iw-ssim': iwSsim(pixels),
  nlpd: nlpd(pixels),
  'cw-ssim': cwSsim(pixels),
  'a-dists': aDists(),
  'wasserstein-distortion': wassersteinDistortion(),
  ciede2000: ciede2000(pixels),
  flip: flip(pixels),
  ssimulacra2: ssimulacra2(pixels),
  'luma ssim': ssim(pixels, { channels: 'luma', downsample: 'auto' }),
  'luma msssim': msSsim(pixels, { channels: 'luma' }),
  'block3_conv3, 1 term': manyTerms(1),
  'block3_conv3, 3 taps, 3 terms': manyTerms(3),
  'block3_conv3, 3 taps, 8 terms': manyTerms(8),
  'block3_conv3, 3 taps, 16 terms': manyTerms(16),
}

const timed = <A>(work: () => A): readonly [result: A, milliseconds: number] => {
  const from = performance.now()
  const result = work()
  return [result, performance.now() - from]
}

const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}
const vgg16Once = once(vgg16)
const alexnetOnce = once(alexnet)
const alexnetShiftTolerantOnce = once(alexnetShiftTolerant)

/** A loss over its network, whatever that is called. */
export interface OverNetwork {
  readonly loss: Loss<string, 'target'>
  readonly network: Extractor<string>
}

const over = <L extends string>(loss: Loss<L, 'target'>, network: Extractor<L>): OverNetwork => ({ loss, network: network as unknown as Extractor<string> })

/** A workload's loss, with its network. */
export const lossOf = async (name: string): Promise<OverNetwork> => {
  if (name === 'lpips-alex') return over(lpips(), await alexnetOnce())
  if (name === 'st-lpips') return over(stLpips(), await alexnetShiftTolerantOnce())
  return over(LOSSES[name] ?? mse(featureAt(name as Vgg16Layer)), await vgg16Once())
}

/** Sets a loss up, the network shared. */
export const ours: Setup = async (name, { target }) => {
  const { loss, network } = await lossOf(name)
  const [, planMilliseconds] = timed(() => planLoss(loss, network))
  const [f, compileMilliseconds] = timed(() => compile(loss, network))
  const prepared = f.prepare(target)
  const similarity = (...pair: readonly [Pixels, Pixels]): Scalar =>
    tf.tidy(() => {
      const [first, second] = pair.map((picture) => pixelTensor(picture, 1)) as [Tensor4D, Tensor4D]
      return tf.sub<Scalar>(1, f(first, second))
    })
  return { prepared, fresh: (prediction) => f(target, prediction), similarity, dispose: f.dispose, planMilliseconds, compileMilliseconds }
}
