/**
 * A discriminator trained with a gradient penalty, WGAN-GP or R1, on pictures of 8 x 8: stripes are real, noise is fake. It takes a few seconds.
 */
import * as tf from '@tensorflow/tfjs'
import { compile, discriminator, featureAt, fromLayersModel, registerWasmKernels, wasserstein } from '../src/index.js'
import { useFastestBackend } from '../src/node/index.js'
import { r1, wganGp } from './training/gradientPenalty.js'

await useFastestBackend()
registerWasmKernels()

const STEPS = 20
const stripes = tf.tile(tf.tensor4d([0, 0, 1, 1, 0, 0, 1, 1], [1, 1, 8, 1]), [4, 8, 1, 3])
const batch = (seed: number) => ({
  real: tf.add(tf.mul(stripes, 0.8), tf.randomUniform([4, 8, 8, 3], 0, 0.2, 'float32', seed)),
  fake: tf.randomUniform([4, 8, 8, 3], 0, 1, 'float32', seed + 1000),
})

for (const kind of ['WGAN-GP', 'R1'] as const) {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 8, kernelSize: 3, strides: 2, kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, name: 'logits', kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
    ],
  })
  const judge = fromLayersModel(model, { layers: ['logits'], live: true })
  const score = compile(wasserstein(featureAt('logits'), { side: 'fake' }), judge) // the logit itself
  const objective = compile(discriminator(featureAt('logits'), { objective: kind === 'R1' ? 'nonSaturating' : 'wasserstein' }), judge)
  const optimizer = tf.train.adam(5e-3)
  const variables = model.trainableWeights.map((weight) => weight.read()).filter((value): value is tf.Variable => value instanceof tf.Variable)
  console.log(kind)
  for (let step = 0; step <= STEPS; step++) {
    const { real, fake } = batch(step)
    const mixing = tf.randomUniform([4, 1, 1, 1], 0, 1, 'float32', step + 2000)
    const penalty = (): tf.Scalar => (kind === 'R1' ? r1(score, real) : wganGp(score, real, fake, mixing))
    const loss = (): tf.Scalar => tf.tidy(() => tf.add(objective(real, fake), tf.mul(10, penalty())))
    if (step % 10 === 0)
      console.log(`  step ${String(step)}: loss ${(loss().dataSync()[0] ?? 0).toFixed(3)}, penalty ${(penalty().dataSync()[0] ?? 0).toFixed(3)}`)
    optimizer.minimize(loss, false, variables)
    tf.dispose([real, fake, mixing])
  }
}
