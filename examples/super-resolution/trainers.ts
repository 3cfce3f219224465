/** What a step is, for either objective. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import { compile, fromLayersModel, mergeExtractors, type Extractor, type Vgg16Layer } from '../../src/index.js'
import { playerOf } from '../training/player.js'
import { makeDiscriminator, shrunk, type Sizes } from './models.js'
import { discriminatorLoss, enlargerLoss, pixelsAlone, type Weights } from './objective.js'

/** Learns from pictures [batch, height, width, 3] in [0, 1]. */
export interface Trainer {
  /** One step; gives the loss before it. */
  readonly step: (real: Tensor4D) => Promise<number>
  /** Ends the training; the network that was trained stays. */
  readonly dispose: () => void
}

const applied = (enlarger: LayersModel, real: Tensor4D): Tensor4D => enlarger.apply(shrunk(real), { training: true }) as Tensor4D

/** Compares pixels, and nothing else. */
export const pixelTrainer = (enlarger: LayersModel, rate: number): Trainer => {
  const player = playerOf(enlarger, tf.train.adam(rate))
  const loss = compile(pixelsAlone)
  return {
    step: (real) => player.descend(player.slope(() => loss(real, applied(enlarger, real)))),
    dispose: () => {
      player.dispose()
      loss.dispose()
    },
  }
}

/** Compares pixels and features of VGG16, against a discriminator that learns beside it. */
export const perceptualTrainer = (enlarger: LayersModel, vgg: Extractor<Vgg16Layer>, sizes: Sizes, weights: Weights, rate: number): Trainer => {
  const discriminator = makeDiscriminator(sizes)
  // Discriminators see pictures in [-1, 1].
  const live = fromLayersModel(discriminator, { layers: ['logits'], live: true, preprocessing: (x) => tf.sub(tf.mul(x, 2), 1) })
  const [fool, judge] = [compile(enlargerLoss(weights), mergeExtractors(vgg, live)), compile(discriminatorLoss, live)]
  const [forger, critic] = [playerOf(enlarger, tf.train.adam(rate)), playerOf(discriminator, tf.train.adam(rate, 0.5))]
  return {
    step: async (real) => {
      const made = tf.tidy(() => applied(enlarger, real))
      const toFool = forger.slope(() => fool(real, applied(enlarger, real)))
      const toJudge = critic.slope(() => judge(real, made))
      made.dispose()
      await critic.descend(toJudge)
      return forger.descend(toFool)
    },
    dispose: () => {
      for (const one of [forger, critic, fool, judge, live, discriminator]) one.dispose()
    },
  }
}
