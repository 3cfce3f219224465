/** Gradient penalties on a live discriminator: their gradients against differences, and a few steps of training. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { r1, wganGp } from '../../examples/training/gradientPenalty.js'
import { compile, discriminator, featureAt, fromLayersModel, registerWasmKernels, wasserstein } from '../../src/index.js'
import { leaked, take, takeNumber } from '../support/tensors.js'
import { run } from './run.js'

registerWasmKernels()

const makeJudge = () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, strides: 2, kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
      tf.layers.activation({ activation: 'tanh' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, name: 'logits', kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
    ],
  })
  const judge = fromLayersModel(model, { layers: ['logits'], live: true })
  const variables = model.trainableWeights.map((weight) => weight.read()).filter((value): value is tf.Variable => value instanceof tf.Variable)
  return { judge, variables, score: compile(wasserstein(featureAt('logits'), { side: 'fake' }), judge) }
}

const real = tf.randomUniform([2, 8, 8, 3], 0, 0.5, 'float32', 1)
const fake = tf.randomUniform([2, 8, 8, 3], 0.5, 1, 'float32', 2)
const mixing = tf.randomUniform([2, 1, 1, 1], 0, 1, 'float32', 3)

describe.each(['WGAN-GP', 'R1'] as const)('%s', (kind) => {
  const { judge, variables, score } = makeJudge()
  const penalty = (): tf.Scalar => (kind === 'R1' ? r1(score, real) : wganGp(score, real, fake, mixing))

  it('the penalty is that of the gradient of the logit', () => {
    // The gradient in one pixel, by a difference of the logit.
    const pictures = kind === 'R1' ? real : tf.add(tf.mul(real, mixing), tf.mul(fake, tf.sub(1, mixing)))
    const values = pictures.dataSync<'float32'>()
    const logits = (at: number, by: number): Float32Array => take(tf.tidy(() => score.perSample({}, tf.tensor(values.map((v, i) => (i % 192 === at ? v + by : v)), [2, 8, 8, 3])))) // prettier-ignore
    const squares = [0, 0]
    for (let at = 0; at < 192; at++) {
      const [up, down] = [logits(at, 0.05), logits(at, -0.05)]
      for (const sample of [0, 1]) squares[sample] = (squares[sample] ?? 0) + (((up[sample] ?? 0) - (down[sample] ?? 0)) / 0.1) ** 2
    }
    const each = squares.map((square) => (kind === 'R1' ? square / 2 : (Math.sqrt(square) - 1) ** 2))
    const expected = ((each[0] ?? 0) + (each[1] ?? 0)) / 2
    // The third derivative times the square of the step: about 1e-3.
    expect(Math.abs(takeNumber(penalty()) / expected - 1)).toBeLessThan(0.01)
  })

  it('its gradient in the weights is that of differences', () => {
    for (const variable of variables.filter(({ rank }) => rank > 1)) {
      const along = tf.randomNormal(variable.shape, 0, 1, 'float32', 8)
      const slope = takeNumber(tf.tidy(() => tf.sum(tf.mul(along, tf.variableGrads(penalty, [variable]).grads[variable.name] ?? along))))
      const before = variable.clone()
      const at = (by: number): number => {
        tf.tidy(() => {
          variable.assign(tf.add(before, tf.mul(along, by)))
        })
        return takeNumber(penalty())
      }
      const difference = (at(1e-2) - at(-1e-2)) / 2e-2
      variable.assign(before)
      tf.dispose([before, along])
      // Differences of float32 at this step keep three digits.
      expect(Math.abs(slope / difference - 1)).toBeLessThan(0.02)
    }
  })

  it('training with it lowers the loss, step by step leaving nothing behind', () => {
    const objective = compile(discriminator(featureAt('logits'), { objective: kind === 'R1' ? 'nonSaturating' : 'wasserstein' }), judge)
    const loss = (): tf.Scalar => tf.tidy(() => tf.add(objective(real, fake), tf.mul(10, penalty())))
    const optimizer = tf.train.sgd(1e-2)
    const step = (): void => void optimizer.minimize(loss, false, variables)
    const before = takeNumber(loss())
    step()
    expect(leaked(step)).toBe(0)
    for (let i = 0; i < 8; i++) step()
    expect(takeNumber(loss())).toBeLessThan(before)
  })
})

it('npm run example -- gradient-penalty', async () => {
  const { code, stdout } = await run('run.ts', ['gradient-penalty'])
  expect(code).toBe(0)
  expect(stdout.match(/step \d+: loss -?\d+\.\d{3}, penalty \d+\.\d{3}/g)).toHaveLength(6)
}, 60_000)
