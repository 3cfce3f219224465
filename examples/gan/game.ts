/**
 * The game: both networks, both losses over one merged extractor, and the step that trains both.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { compile, fromLayersModel, mergeExtractors, type BreakdownRow, type Extractor, type Vgg16Layer } from '../../src/index.js'
import { playerOf } from '../training/player.js'
import { makeDiscriminator, makeGenerator, type Sizes } from './models.js'
import { discriminatorLoss, generatorLoss, type Weights } from './objective.js'

/** The values of a step, before it. */
export interface StepLosses {
  readonly generator: number
  readonly discriminator: number
}

export interface Game {
  /** One step of both: gradients of both at the same weights, then both updates. */
  readonly step: (real: Tensor4D, codes: Tensor2D) => Promise<StepLosses>
  /** The terms of the generator's loss. */
  readonly breakdown: (real: Tensor4D, codes: Tensor2D) => Promise<readonly BreakdownRow[]>
  /** Pictures in [-1, 1], as in inference. */
  readonly pictures: (codes: Tensor2D) => Tensor4D
  readonly dispose: () => void
}

/** A network in training is live; VGG16 stays frozen beside it. Discriminators see pictures in [-1, 1]. */
export const makeGame = (vgg: Extractor<Vgg16Layer>, sizes: Sizes, weights: Weights, rate: number): Game => {
  const [generator, discriminator] = [makeGenerator(sizes), makeDiscriminator(sizes)]
  const live = fromLayersModel(discriminator, { layers: ['disc_conv2', 'logits'], live: true, preprocessing: (x) => tf.sub(tf.mul(x, 2), 1) })
  const fool = compile(generatorLoss(weights), mergeExtractors(vgg, live), { range: [-1, 1] })
  const judge = compile(discriminatorLoss(weights), live, { range: [-1, 1] })
  const generated = (codes: Tensor2D, training: boolean) => generator.apply(codes, { training }) as Tensor4D
  const [forger, critic] = [playerOf(generator, tf.train.adam(rate, 0.5)), playerOf(discriminator, tf.train.adam(rate, 0.5))]

  return {
    step: async (real, codes) => {
      const fake = tf.tidy(() => generated(codes, true))
      const toFool = forger.slope(() => fool(real, generated(codes, true)))
      const toJudge = critic.slope(() => judge(real, fake))
      fake.dispose()
      return { generator: await forger.descend(toFool), discriminator: await critic.descend(toJudge) }
    },
    breakdown: async (real, codes) => {
      const fake = tf.tidy(() => generated(codes, false))
      const rows = await fool.breakdown(real, fake)
      fake.dispose()
      return rows
    },
    pictures: (codes) => tf.tidy(() => generated(codes, false)),
    dispose: () => {
      for (const one of [fool, judge, live, forger, critic, generator, discriminator]) one.dispose()
    },
  }
}
