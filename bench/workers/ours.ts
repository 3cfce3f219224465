/**
 * This library's side of the benchmark: each loss by the name that workloads have for it.
 */
import {
  alexnet,
  charbonnier,
  compile,
  cosine,
  dists,
  featureAt,
  huber,
  lpips,
  mae,
  mse,
  msSsim,
  pixels,
  squaredFrobenius,
  ssim,
  sum,
  vgg16,
  type Loss,
  type Vgg16Layer,
} from '../../src/index.js'
import { planLoss } from '../../src/core/plan/plan.js'
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

/** A workload's loss, with its network. */
export const lossOf = async (name: string) => {
  const [vgg, alex] = [await vgg16Once(), name === 'lpips-alex' ? await alexnetOnce() : undefined]
  return { loss: LOSSES[name] ?? mse(featureAt(name as Vgg16Layer)), vgg, alex }
}

/** Sets a loss up, the network shared. */
export const ours: Setup = async (name, { target }) => {
  const { loss, vgg, alex } = await lossOf(name)
  const [, planMilliseconds] = timed(() => planLoss(loss, vgg))
  const [f, compileMilliseconds] = timed(() => (alex === undefined ? compile(loss, vgg) : compile(lpips(), alex)))
  const prepared = f.prepare(target)
  return { prepared, fresh: (prediction) => f(target, prediction), dispose: f.dispose, planMilliseconds, compileMilliseconds }
}
