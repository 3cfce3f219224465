/** Features of pictures as statistics: the same in any batches, and what is refused. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { featureAt, fromLayersModel, luma, masked, mergeExtractors, pixels, type Extractor } from '../../src/index.js'
import { measureFeatures, statisticsEq, statisticsMonoid, type FeatureStatistics } from '../../src/distributions/index.js'
import { noise } from '../support/images.js'
import { take } from '../support/tensors.js'

const images = noise(1, [6, 16, 16, 3])
const names = ['a', 'b', 'c', 'd', 'e', 'f']
const convolution = (name: string, inputShape: readonly (number | null)[] | undefined, filters: number): tf.layers.Layer =>
  tf.layers.conv2d({ ...(inputShape === undefined ? {} : { inputShape: [...inputShape] }), filters, kernelSize: 3, activation: 'relu', name })
const network: Extractor<string> = fromLayersModel(
  tf.sequential({ name: 'small', layers: [convolution('conv1', [null, null, 3], 4), convolution('conv2', undefined, 16)] }),
)

const inParts = async (
  measure: (images: tf.Tensor4D, names: readonly string[]) => Promise<FeatureStatistics>,
  sizes: readonly number[],
): Promise<FeatureStatistics> => {
  let [at, whole] = [0, statisticsMonoid.empty]
  for (const size of sizes) {
    const part = tf.slice(images, [at, 0, 0, 0], [size, -1, -1, -1])
    whole = statisticsMonoid.concat(await measure(part, names.slice(at, at + size)), whole)
    part.dispose()
    at += size
  }
  return whole
}

describe('statistics of pictures', () => {
  it('are of the layer, averaged over its positions', async () => {
    const { of, count, dimension, sample } = await measureFeatures(featureAt('conv2'), network)(images, names)
    expect([of, count, dimension]).toEqual(["small: featureAt('conv2'), averaged over positions", 6, 16])
    const expected = take(tf.tidy(() => tf.mean(network.features(images, [{ layer: 'conv2', activation: 'post', pooling: 'max' }], 'unit')[0]!, [1, 2])))
    const rows = Array.from({ length: 6 }, (_, i) => expected.slice(i * 16, (i + 1) * 16).join())
    expect(sample.features.map(({ values }) => values.join()).sort()).toEqual(rows.sort())
  })

  it('have the same bits in batches of any size, and leave no tensor behind', async () => {
    const measure = measureFeatures(featureAt('conv2'), network, { sample: 3 })
    await measure(images, names)
    const before = tf.memory().numTensors
    const [whole, parts] = [await inParts(measure, [6]), await inParts(measure, [1, 3, 2])]
    expect(tf.memory().numTensors).toBe(before)
    // TensorFlow's C library chooses its algorithms by the batch.
    if (tf.getBackend() !== 'tensorflow') expect(statisticsEq.equals(whole, parts)).toBe(true)
    expect(parts.count).toBe(6)
  })

  it('are of each position where that is asked for', async () => {
    const { count, dimension, of, sample } = await measureFeatures(pixels, { positions: 'each', sample: 9, range: [0, 255] })(tf.mul(images, 255), names)
    expect([count, dimension, of]).toEqual([6 * 16 * 16, 3, 'pixels, at each position'])
    expect(sample.features).toHaveLength(9)
    expect(Math.max(...sample.features.flatMap(({ values }) => [...values]))).toBeLessThanOrEqual(1)
  })

  it('name the network that has the layer, and not those merged with it', async () => {
    const other = fromLayersModel(tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [null, null, 3], filters: 2, kernelSize: 1, name: 'other' })] }))
    const merged = mergeExtractors<string, string>(network, other)
    expect((await measureFeatures(featureAt('conv1'), merged)(images, names)).of).toBe("small: featureAt('conv1'), averaged over positions")
  })

  it('take transforms and vectors', async () => {
    expect((await measureFeatures(luma(pixels))(images, names)).dimension).toBe(1)
    const vectors = fromLayersModel(
      tf.sequential({ layers: [tf.layers.globalAveragePooling2d({ inputShape: [16, 16, 3], dataFormat: 'channelsLast', name: 'pool' })] }),
    )
    expect((await measureFeatures(featureAt('pool'), vectors as Extractor<string>)(images, names)).dimension).toBe(3)
  })
})

describe('what is refused', () => {
  const measure = () => measureFeatures(featureAt('conv1') as never, network as never)
  it.each([
    ['NaN pictures', () => measure()(tf.fill([1, 16, 16, 3], NaN), ['a.png']), /a\.png/],
    ['too few names', () => measure()(images, ['a']), /The names: received 1 names, expected 6, one for each picture/],
    ['no names', () => measure()(images, undefined as never), /The names: received undefined, expected a list of the pictures' names/],
    ['no pictures', () => measure()(5 as never, names), /'images'/],
    ['small pictures', () => measure()(tf.zeros([1, 2, 2, 3]), ['a']), /2 x 2/],
  ])('%s', async (_name, call, message) => {
    await expect(call()).rejects.toThrow(message)
  })

  it('layers that the network does not have, missing networks and masks', () => {
    expect(() => measureFeatures(featureAt('conv9') as never, network as never)).toThrow(/'conv9' is not a layer of small/)
    expect(() => measureFeatures(featureAt('conv1') as never)).toThrow(/received no extractor/)
    expect(() => measureFeatures(masked(pixels, 'face') as never)).toThrow(/a feature with the mask 'face', expected a feature without masks/)
  })
})
