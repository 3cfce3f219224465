/** The Fréchet distance of a batch as a loss: its value, its gradient by torch and by differences, and what is refused. */
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { featureAt, fromLayersModel, pixels } from '../../src/index.js'
import { batchFrechet } from '../../src/distributions/batchFrechet.js'
import { frechet, frechetLoss, measureFeatures, statisticsOf } from '../../src/distributions/index.js'
import type { Matrix } from '../../src/distributions/linearAlgebra/rowProducts.js'
import { momentsOf } from '../../src/distributions/meanAndCovariance.js'
import { noise } from '../support/images.js'
import { leaked, takeNumber, valueAndGradient } from '../support/tensors.js'
import { activations, statisticsFor, type Made } from './activations.js'

const { gradient: golden } = JSON.parse(readFileSync(new URL('../goldens/distributions.json', import.meta.url), 'utf8')) as {
  readonly gradient: { readonly real: Made; readonly batch: Made; readonly value: number; readonly gradient: readonly number[] }
}
const matrixOf = (rows: readonly ArrayLike<number>[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flatMap((row) => Array.from(row))),
})
const momentsFor = (made: Made) => momentsOf(statisticsFor(made), 'them')

describe('the distance of a batch', () => {
  it('has the value and the gradient of torch', () => {
    const { value, gradient } = batchFrechet(momentsFor(golden.real))(matrixOf(activations(golden.batch)))
    expect(value).toBeCloseTo(golden.value, 6)
    expect(Math.max(...golden.gradient.map((g, i) => Math.abs(g - gradient[i]!)))).toBeLessThan(1e-6)
  })

  it.each([
    ['more rows than dimensions', [1, 80, 6, 0], [2, 12, 6, 0.3]],
    ['fewer rows than dimensions', [3, 80, 20, 0], [4, 5, 20, 0.3]],
    ['two rows', [5, 80, 20, 0], [6, 2, 20, 0.3]],
    ['a reference without full rank', [7, 6, 20, 0], [8, 9, 20, 0.3]],
  ] as const)('has the gradient of its differences for %s', (_name, real, made) => {
    const distance = batchFrechet(momentsFor(real))
    const batch = matrixOf(activations(made))
    const { gradient } = distance(batch)
    const moved = (at: number, by: number) => distance({ ...batch, values: batch.values.map((x, i) => (i === at ? x + by : x)) }).value
    for (let at = 0; at < gradient.length; at += 3) expect(Math.abs((moved(at, 1e-5) - moved(at, -1e-5)) / 2e-5 - gradient[at]!)).toBeLessThan(1e-6)
  })

  it('is that of two sets', () => {
    const made: Made = [9, 30, 8, 0.4]
    expect(batchFrechet(momentsFor([1, 60, 8, 0]))(matrixOf(activations(made))).value).toBeCloseTo(
      frechet(statisticsFor([1, 60, 8, 0]), statisticsFor(made)),
      6,
    )
  })

  it('has a finite gradient for equal rows and for a reference that does not vary', () => {
    const equal = matrixOf(Array.from({ length: 4 }, () => [1, 2, 3]))
    const still = momentsOf(statisticsOf([[1, 2, 3], [1, 2, 3]], ['a', 'b'], { of: 'made up' }), 'them') // prettier-ignore
    for (const moments of [momentsFor([1, 60, 3, 0]), still])
      for (const batch of [equal, matrixOf(activations([2, 4, 3, 0]))]) {
        const { value, gradient } = batchFrechet(moments)(batch)
        expect([value, ...gradient].every(Number.isFinite)).toBe(true)
      }
    expect([...batchFrechet(still)(equal).gradient].every((g) => Math.abs(g) < 1e-12)).toBe(true)
  })
})

const network = fromLayersModel(
  tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [null, null, 3],
        filters: 8,
        kernelSize: 3,
        activation: 'relu',
        name: 'layer',
        kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }),
      }),
    ],
  }),
)
const batch = noise(2, [4, 12, 12, 3])
const of = 'model'

describe('frechetLoss', () => {
  it('has a gradient in the pictures that lessens it, and leaves no tensor behind', async () => {
    const feature = featureAt('layer')
    const real = await measureFeatures(feature, network as never)(noise(1, [6, 12, 12, 3]), ['a', 'b', 'c', 'd', 'e', 'f'])
    const loss = frechetLoss(real, feature, network as never)
    const [value, gradient] = valueAndGradient((x) => loss(x as tf.Tensor4D), batch)
    expect(value).toBeGreaterThan(0)
    const square = gradient.reduce((sum, g) => sum + g * g, 0)
    const step = (0.01 * value) / square
    const moved = tf.tensor4d(
      batch.dataSync<'float32'>().map((x, i) => x - step * gradient[i]!),
      batch.shape,
    )
    expect(takeNumber(loss(moved)) / value).toBeCloseTo(0.99, 3)
    expect(leaked(() => loss(batch).dispose())).toBe(0)
  })

  it('is NaN for pictures that are not finite', async () => {
    const loss = frechetLoss(await measureFeatures(pixels)(batch, ['a', 'b', 'c', 'd']), pixels)
    expect(takeNumber(loss(tf.fill([2, 4, 4, 3], NaN)))).toBeNaN()
  })

  it('refuses other statistics, one picture and second derivatives', async () => {
    const real = await measureFeatures(pixels)(batch, ['a', 'b', 'c', 'd'])
    const loss = frechetLoss(real, pixels)
    expect(() => frechetLoss(real, pixels, { positions: 'each' })).toThrow(
      "The statistics of frechetLoss: received statistics of 'pixels, averaged over positions', expected those of 'pixels, at each position'.",
    )
    expect(() => frechetLoss(statisticsOf([], [], { of }), pixels)).toThrow(/received statistics of no picture/)
    expect(() => loss(noise(1, [1, 4, 4, 3]))).toThrow('The batch of frechetLoss: received one feature, expected a batch of two pictures at least.')
    expect(() => tf.grad((x) => tf.sum(tf.grad((y) => loss(y as tf.Tensor4D))(x)))(batch)).toThrow(/cannot be differentiated twice|gradient/)
  })
})
