/**
 * The game: both networks, both losses over one merged extractor, and the step that trains both.
 */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, NamedTensorMap, Optimizer, Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs'
import { compile, fromLayersModel, merge, type BreakdownRow, type Extractor, type Vgg16Layer } from '../../src/index.js'
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
  const fool = compile(generatorLoss(weights), merge(vgg, live), { range: [-1, 1] })
  const judge = compile(discriminatorLoss(weights), live, { range: [-1, 1] })
  const players = [
    { optimizer: tf.train.adam(rate, 0.5), variables: variablesOf(generator) },
    { optimizer: tf.train.adam(rate, 0.5), variables: variablesOf(discriminator) },
  ] as const
  const generated = (codes: Tensor2D, training: boolean) => generator.apply(codes, { training }) as Tensor4D
  const [forger, critic] = players

  return {
    step: async (real, codes) => {
      const fake = tf.tidy(() => generated(codes, true))
      const toFool = tf.variableGrads(() => fool(real, generated(codes, true)), [...forger.variables])
      const toJudge = tf.variableGrads(() => judge(real, fake), [...critic.variables])
      fake.dispose()
      update(forger.optimizer, toFool.grads)
      update(critic.optimizer, toJudge.grads)
      return { generator: await numberOf(toFool.value), discriminator: await numberOf(toJudge.value) }
    },
    breakdown: async (real, codes) => {
      const fake = tf.tidy(() => generated(codes, false))
      const rows = await fool.breakdown(real, fake)
      fake.dispose()
      return rows
    },
    pictures: (codes) => tf.tidy(() => generated(codes, false)),
    dispose: () => {
      fool.dispose()
      judge.dispose()
      live.dispose()
      players.forEach(({ optimizer }) => {
        optimizer.dispose()
      })
      generator.dispose()
      discriminator.dispose()
    },
  }
}

const variablesOf = (model: LayersModel): readonly Variable[] =>
  model.trainableWeights.map((weight) => weight.read()).filter((value): value is Variable => value instanceof tf.Variable)

const update = (optimizer: Optimizer, gradients: NamedTensorMap): void => {
  optimizer.applyGradients(gradients)
  tf.dispose(gradients)
}

const numberOf = async (scalar: Scalar | Tensor): Promise<number> => {
  const [value = Number.NaN] = await scalar.data()
  scalar.dispose()
  return value
}
