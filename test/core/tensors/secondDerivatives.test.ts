/** Derivatives of gradients, compared with central differences of the gradient; what has none is refused. */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  alexnet,
  blurred,
  charbonnier,
  compile,
  contextual,
  cosine,
  defineMetric,
  discriminator,
  featureAt,
  focalFrequency,
  fromLayersModel,
  gmsd,
  gram,
  haarPsi,
  highPassed,
  hinge,
  huber,
  laplacianPyramid,
  leastSquares,
  LossException,
  luma,
  mae,
  masked,
  mergeExtractors,
  mse,
  msSsim,
  named,
  nonSaturating,
  outOfRange,
  pixels,
  registerWasmKernels,
  relativistic,
  resized,
  slicedWasserstein,
  squaredFrobenius,
  ssim,
  structureTexture,
  sum,
  totalVariation,
  unitNormalized,
  wasserstein,
  weighted,
  weightedChannels,
  type Loss,
  type Target,
} from '../../../src/index.js'
import { leaked, norm, take } from '../../support/tensors.js'
import type { NoOptions } from '../../../src/core/arguments/codecs.js'

registerWasmKernels()

type Value = (x: Tensor) => Scalar

/** The gradient of the sum of gradient times direction: the Hessian times the direction. */
const byTape = (f: Value, x: Tensor, direction: Tensor): Float32Array => take(tf.tidy(() => tf.grad((p) => tf.sum(tf.mul(tf.grad(f)(p), direction)))(x)))

const byDifferences = (f: Value, x: Tensor, direction: Tensor, step: number): Float32Array =>
  take(
    tf.tidy(() => {
      const at = (by: number): Tensor => tf.grad(f)(tf.add(x, tf.mul(direction, by)))
      return tf.div(tf.sub(at(step), at(-step)), 2 * step)
    }),
  )

/** The difference over the norm; 0 where both are zero. */
const error = (a: Float32Array, b: Float32Array): number => {
  const apart = norm(a.map((value, i) => value - (b[i] ?? 0)))
  return apart === 0 ? 0 : apart / norm(b)
}

/** Pictures that differ by 0.15 to 0.25 everywhere, up or down: away from the kinks of absolute values. */
const pictures = (side: number): { readonly target: Tensor4D; readonly x: Tensor4D; readonly direction: Tensor4D } => {
  const shape: [number, number, number, number] = [2, side, side, 3]
  return tf.tidy(() => {
    const target = tf.randomUniform<tf.Rank.R4>(shape, 0.3, 0.7, 'float32', 1)
    const signs = tf.sign(tf.randomUniform(shape, -1, 1, 'float32', 2))
    const x = tf.add<Tensor4D>(target, tf.mul(signs, tf.randomUniform(shape, 0.15, 0.25, 'float32', 3)))
    return { target, x, direction: tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', 4) }
  })
}

/** By the side of the pictures and the step; a smaller step where places are nearer to a kink, a longer one where float32 loses digits. */
const CASES: readonly (readonly [name: string, loss: Loss<never, string>, step: number, side: number])[] = [
  ['mse', mse(pixels), 1e-2, 8],
  ['mae', mae(pixels), 1e-2, 8],
  ['huber', huber(pixels), 1e-2, 8],
  ['huber beyond delta', huber(pixels, { delta: 0.1 }), 1e-2, 8],
  ['charbonnier', charbonnier(pixels, { epsilon: 0.1 }), 1e-3, 8],
  ['charbonnier from zero', charbonnier(pixels, { epsilon: 0.1, fromZero: true }), 1e-3, 8],
  ['cosine', cosine(pixels), 1e-3, 8],
  ['squaredFrobenius', squaredFrobenius(pixels), 1e-2, 8],
  ['ssim', ssim(pixels, { window: 7 }), 1e-3, 12],
  ['ssim, mirrored and in grey', ssim(pixels, { padding: 'reflect', channels: 'luma', window: 7 }), 1e-3, 12],
  ['msSsim', msSsim(pixels, { window: 2 }), 1e-3, 21],
  ['msSsim of Y with two weights', msSsim(pixels, { window: 2, channels: 'y', weights: [0.4, 0.6] }), 1e-3, 21],
  ['gmsd', gmsd(pixels), 3e-4, 8],
  ['gmsd of each channel', gmsd(pixels, { channels: 'each' }), 3e-4, 8],
  ['haarPsi', haarPsi(pixels), 1e-4, 8],
  ['haarPsi of each channel', haarPsi(pixels, { channels: 'each' }), 1e-4, 8],
  ['contextual', contextual(pixels), 1e-4, 6],
  ["contextual, the authors' variant", contextual(pixels, { like: 'original' }), 1e-4, 6],
  ['slicedWasserstein', slicedWasserstein(pixels, { directions: 2 }), 1e-4, 3],
  ['focalFrequency without weights', focalFrequency(pixels, { alpha: 0 }), 1e-2, 8],
  ['weightedChannels', weightedChannels(pixels, { weights: [1, 2, 3] }), 1e-2, 8],
  ['structureTexture', structureTexture(pixels), 1e-3, 8],
  ['discriminator', discriminator(pixels), 1e-2, 8],
  ['relativistic', relativistic(pixels), 1e-2, 8],
  ['relativistic hinge', relativistic(pixels, { objective: 'hinge' }), 1e-2, 8],
  ['totalVariation', sum(mse(pixels), totalVariation(pixels)), 1e-4, 4],
  ['totalVariation l2', totalVariation(pixels, { norm: 'l2' }), 1e-3, 8],
  ['totalVariation l2Squared', totalVariation(pixels, { norm: 'l2Squared' }), 1e-2, 8],
  ['outOfRange', outOfRange(pixels, { min: 0.4, max: 0.6, norm: 'l2Squared' }), 1e-4, 6],
  ['nonSaturating', nonSaturating(pixels), 1e-2, 8],
  ['leastSquares', leastSquares(pixels), 1e-2, 8],
  ['hinge', hinge(pixels, { side: 'fake' }), 1e-2, 8],
  ['wasserstein', wasserstein(pixels), 1e-2, 8],
  ['gram', mse(gram(pixels)), 3e-3, 8],
  ['unitNormalized', mse(unitNormalized(pixels)), 1e-3, 8],
  ['unitNormalized under the root', mse(unitNormalized(pixels, { addedTo: 'square' })), 1e-3, 8],
  ['masked', mse(masked(pixels, { region: { top: 0, left: 0, height: 0.5, width: 1 } })), 1e-2, 8],
  ['luma', mse(luma(pixels)), 1e-2, 8],
  ['luma from 16 to 235', mse(luma(pixels, { levels: 'limited' })), 1e-2, 8],
  ['blurred', mse(blurred(pixels)), 1e-2, 8],
  ['highPassed', charbonnier(highPassed(pixels), { epsilon: 0.1 }), 1e-3, 8],
  ['resized', charbonnier(resized(pixels, { scale: 0.4 }), { epsilon: 0.1 }), 1e-3, 8],
  ['laplacianPyramid', sum(mse(pixels), laplacianPyramid()), 1e-5, 4],
  ['a weighted sum', sum(weighted(0.5, mse(pixels)), huber(pixels), weighted(0.1, ssim(pixels, { window: 7 }))), 1e-3, 12],
]

/** Differences in float32 lose four digits at these steps: errors are 5e-6 to 2e-3; a lost part of the Hessian is 0.1 and more. */
const TOLERANCE = 5e-3

describe('Hessians of pixel losses', () => {
  it.each(CASES)('%s', (_, loss, step, side) => {
    const { target, x, direction } = pictures(side)
    const f = compile(loss)
    const value: Value = (p) => f(target, p)
    expect(error(byTape(value, x, direction), byDifferences(value, x, direction, step))).toBeLessThan(TOLERANCE)
    expect(leaked(() => byTape(value, x, direction))).toBe(0)
    tf.dispose([target, x, direction])
  })
})

/** Small, with layers of many kinds: TensorFlow.js alone loses the derivatives through saved outputs (tanh, sigmoid) and throws at masks (leaky ReLU) and pooling. */
const layers: Readonly<Record<string, () => tf.layers.Layer[]>> = {
  'leaky ReLU': () => [tf.layers.leakyReLU({ alpha: 0.2 })],
  'tanh and sigmoid': () => [tf.layers.activation({ activation: 'tanh' }), tf.layers.activation({ activation: 'sigmoid' })],
  swish: () => [tf.layers.activation({ activation: 'swish' })],
  ELU: () => [tf.layers.elu()],
  SELU: () => [tf.layers.activation({ activation: 'selu' })],
  softplus: () => [tf.layers.activation({ activation: 'softplus' })],
  'average pooling': () => [tf.layers.activation({ activation: 'tanh' }), tf.layers.averagePooling2d({ poolSize: 2 })],
  'max pooling': () => [tf.layers.activation({ activation: 'tanh' }), tf.layers.maxPooling2d({ poolSize: 2 })],
  'batch normalization': () => [tf.layers.batchNormalization(), tf.layers.activation({ activation: 'tanh' })],
  'layer normalization': () => [tf.layers.layerNormalization(), tf.layers.activation({ activation: 'tanh' })],
  upsampling: () => [tf.layers.activation({ activation: 'tanh' }), tf.layers.upSampling2d({ size: [2, 2] })],
}

const judgeOf = (inside: () => tf.layers.Layer[]): tf.LayersModel => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 3],
        filters: 4,
        kernelSize: 3,
        strides: 1,
        kernelInitializer: tf.initializers.glorotNormal({ seed: 5 }),
        name: 'conv',
      }),
      ...inside(),
      tf.layers.conv2d({ filters: 2, kernelSize: 2, kernelInitializer: tf.initializers.glorotNormal({ seed: 6 }), name: 'features' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotNormal({ seed: 7 }), name: 'logits' }),
    ],
  })
  return model
}

/** A shorter step where a kink is nearer. */
const stepFor = (name: string): number => (name === 'leaky ReLU' || name === 'SELU' ? 2e-5 : 1e-3)

type JudgeLoss = Loss<'logits' | 'features', Target>

const OVER_JUDGE: readonly (readonly [string, JudgeLoss])[] = [
  ['nonSaturating', nonSaturating(featureAt('logits'))],
  ['leastSquares', leastSquares(featureAt('logits'))],
  ['discriminator', discriminator(featureAt('logits'))],
  ['relativistic', relativistic(featureAt('logits'))],
  ['feature matching', mse(featureAt('features'))],
  ['cosine of features', cosine(featureAt('features'))],
  ['Grams', mse(gram(featureAt('features')))],
  ['SSIM of features', ssim(featureAt('features'), { window: 3 })],
]

describe('Hessians over a live discriminator', () => {
  it.each(Object.keys(layers))('%s', (name) => {
    const model = judgeOf(layers[name] ?? (() => []))
    const extractor = fromLayersModel(model, { layers: ['logits', 'features'], live: true })
    const { target, x, direction } = pictures(8)
    const f = compile(sum(discriminator(featureAt('logits')), mse(featureAt('features'))), extractor)
    const value: Value = (p) => f(target, p)
    const isRefused = name === 'max pooling' && tf.getBackend() === 'wasm'
    // Steps of 2e-5 leave two digits.
    if (isRefused) expect(refusedTerms(() => byTape(value, x, direction))).toHaveLength(2)
    else expect(error(byTape(value, x, direction), byDifferences(value, x, direction, stepFor(name)))).toBeLessThan(0.05)
    tf.dispose([target, x, direction])
    model.dispose()
  })

  it.each(OVER_JUDGE)('%s', (_, loss) => {
    const model = judgeOf(layers['tanh and sigmoid'] ?? (() => []))
    const f = compile(loss, fromLayersModel(model, { layers: ['logits', 'features'], live: true }))
    const { target, x, direction } = pictures(8)
    const value: Value = (p) => f(target, p)
    expect(error(byTape(value, x, direction), byDifferences(value, x, direction, 3e-3))).toBeLessThan(TOLERANCE)
    tf.dispose([target, x, direction])
    model.dispose()
  })

  it.each(OVER_JUDGE)('%s: the penalty of the gradient in the variables', (_, loss) => {
    const model = judgeOf(layers['tanh and sigmoid'] ?? (() => []))
    const f = compile(loss, fromLayersModel(model, { layers: ['logits', 'features'], live: true }))
    const { target, x, direction } = pictures(8)
    const variable = model.getLayer('conv').trainableWeights[0]?.read() as tf.Variable
    const along = tf.randomNormal(variable.shape, 0, 1, 'float32', 8)
    const penalty = (): Scalar => tf.sum(tf.square(tf.grad((p) => f(target, p))(x)))
    const gradient = take(tf.tidy(() => tf.sum(tf.mul(along, tf.variableGrads(penalty, [variable]).grads[variable.name] ?? along))))[0] ?? 0
    const step = 1e-2
    const at = (by: number): number =>
      tf.tidy(() => {
        const before = variable.clone()
        variable.assign(tf.add(before, tf.mul(along, by)))
        const found = penalty().dataSync()[0] ?? 0
        variable.assign(before)
        return found
      })
    const difference = (at(step) - at(-step)) / (2 * step)
    expect(Math.abs(gradient - difference) / Math.abs(difference)).toBeLessThan(0.02)
    tf.dispose([target, x, direction, along])
    model.dispose()
  })
})

/** Plain ops of TensorFlow.js, as anyone's metric: exp and tanh save their outputs. */
const plainly = defineMetric<NoOptions>({
  id: 'acme.plain',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
  apply: () => (reference, prediction) => tf.mean(tf.tanh(tf.sub(tf.exp(tf.square(tf.sub(prediction, reference))), 1)), [1, 2, 3]),
})

const withOwnGradient = defineMetric<NoOptions>({
  id: 'acme.customGrad',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
  apply: () => (reference, prediction) => {
    const cube = tf.customGrad((x) => {
      const kept = tf.keep(tf.square(x as Tensor))
      return { value: tf.pow(x as Tensor, 3), gradFunc: (dy: Tensor) => tf.mul(dy, tf.mul(kept, 3)) }
    })
    return tf.mean(cube(tf.sub(prediction, reference)), [1, 2, 3])
  },
})

const refusedTerms = (work: () => unknown): readonly string[] => {
  try {
    tf.tidy(() => void work())
  } catch (thrown) {
    if (thrown instanceof LossException && thrown.error._tag === 'NoSecondDerivative') return thrown.error.terms
    throw thrown
  }
  return []
}

describe('other forms of a loss, and other metrics', () => {
  const { target, x, direction } = pictures(12)
  const loss = sum(mse(pixels), ssim(pixels, { window: 7 }))
  const f = compile(loss)
  const value: Value = (p) => f(target, p)
  const expected = byTape(value, x, direction)
  afterAll(() => tf.dispose([target, x, direction]))

  it('prepare and perSample have the same Hessian', () => {
    const prepared = f.prepare(target)
    expect(
      error(
        byTape((p) => prepared(p), x, direction),
        expected,
      ),
    ).toBeLessThan(1e-5)
    expect(
      error(
        byTape((p) => tf.mean(f.perSample(target, p)), x, direction),
        expected,
      ),
    ).toBeLessThan(1e-5)
    prepared.dispose()
  })

  it('a checked loss has it, too', () => {
    const checked = compile(loss, { checked: true })
    expect(
      error(
        byTape((p) => checked(target, p), x, direction),
        expected,
      ),
    ).toBeLessThan(1e-5)
  })

  it("anyone's metric of plain ops has it", () => {
    const g = compile(plainly(pixels))
    const cube: Value = (p) => g(target, p)
    expect(error(byTape(cube, x, direction), byDifferences(cube, x, direction, 1e-3))).toBeLessThan(TOLERANCE)
  })

  it('a third derivative is right', () => {
    const g = compile(sum(plainly(pixels), charbonnier(pixels, { epsilon: 0.1 })))
    const curved: Value = (p) => tf.sum(tf.mul(tf.grad((q) => g(target, q))(p), direction))
    expect(error(byTape(curved, x, direction), byDifferences(curved, x, direction, 1e-3))).toBeLessThan(TOLERANCE)
  })

  it.each([
    ['a tf.customGrad', compile(sum(mse(pixels), named('own', withOwnGradient(pixels)))), ['own']],
    ['focalFrequency with weights', compile(sum(mse(pixels), focalFrequency(pixels))), ['focalFrequency(pixels)']],
    ['rounded luma', compile(ssim(pixels, { window: 7, channels: 'roundedLuma' })), ['ssim(pixels)']],
    ['tiles', compile(sum(mse(pixels), named('edges', charbonnier(pixels))), { memory: '64MiB' }), ['mse(pixels)', 'edges']],
  ] as const)('%s is refused, and the term named', (_, g, terms) => {
    expect(refusedTerms(() => byTape((p) => g(target, p), x, direction))).toEqual(terms)
    expect(take(tf.tidy(() => tf.grad((p) => g(target, p))(x))).every(Number.isFinite)).toBe(true)
  })

  it('a first derivative through what has no second one may stand inside another gradient', () => {
    const g = compile(focalFrequency(pixels))
    const weight = tf.variable(tf.scalar(2))
    const penalty = (): Scalar => tf.mul(weight, tf.sum(tf.square(tf.grad((p) => g(target, p))(x))))
    expect(take(tf.tidy(() => tf.variableGrads(penalty, [weight]).grads[weight.name] ?? weight))[0]).toBeGreaterThan(0)
    weight.dispose()
  })
})

describe('built-in networks', () => {
  it('are rejected, and the terms named', async () => {
    const network = await alexnet()
    const { target, x, direction } = pictures(64)
    const g = compile(sum(mse(pixels), named('features', mse(featureAt('relu2')))), network)
    expect(refusedTerms(() => byTape((p) => g(target, p), x, direction))).toEqual(['features'])
    tf.dispose([target, x, direction])
    network.dispose()
  })

  it('beside a live discriminator: only the terms over the built-in network are named', async () => {
    const network = await alexnet()
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [64, 64, 3], filters: 2, kernelSize: 8, strides: 8, activation: 'tanh', name: 'early' }),
        tf.layers.conv2d({ filters: 1, kernelSize: 8, name: 'logits' }),
      ],
    })
    const both = mergeExtractors(network, fromLayersModel(model, { layers: ['logits'], live: true }))
    const { target, x, direction } = pictures(64)
    const g = compile(sum(named('judged', discriminator(featureAt('logits'))), named('seen', mse(featureAt('relu2')))), both)
    expect(refusedTerms(() => byTape((p) => g(target, p), x, direction))).toEqual(['seen'])
    tf.dispose([target, x, direction])
    both.dispose()
    model.dispose()
  })
})
