/** VGG files whose names are torchvision's, with and without `features`, and those that are for Caffe's preprocessing under these names. */
import * as tf from '@tensorflow/tfjs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { compile, featureAt, mse, vgg16, type Vgg16Options } from '../../src/index.js'
import { convolutionsOf } from '../../src/layers/architecture/networkTable.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'
import { OXFORD } from '../../src/layers/weights/firstFilters.js'
import { matchWeights } from '../../src/layers/weights/matchWeights.js'
import { readTensors } from '../../src/layers/weights/format.js'
import { writeSafetensors, type NamedTensor } from '../../src/layers/weights/writeSafetensors.js'
import { noise } from '../support/images.js'
import { getOrThrow } from '../../src/core/errors/lossException.js'

const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
/** Of blue, green and red, as Caffe has them. */
const CAFFE = [103.939, 116.779, 123.68]

/** The package's convolutions as torchvision stores them: [out, in, height, width], by position. */
const stored = async (before: string): Promise<readonly NamedTensor[]> => {
  const bytes = new Uint8Array(await readFile(new URL('../../weights/vgg16.safetensors', import.meta.url)))
  const { layers } = getOrThrow(matchWeights(VGG16, getOrThrow(await readTensors(bytes, 'a test')()), 'a test', undefined))
  let position = 0
  return VGG16.layers.flatMap((layer): readonly NamedTensor[] => {
    const at = position
    position += layer.kind === 'convolution' ? 2 : 1
    if (layer.kind !== 'convolution') return []
    const { size, channels } = layer
    const weights = layers.get(layer.name)
    const filter = tf.tidy(() =>
      tf
        .transpose(tf.tensor4d(weights?.filter() ?? [], [size, size, channels.in, channels.out]), [3, 2, 0, 1])
        .dataSync<'float32'>()
        .slice(),
    )
    return [
      { name: `${before}${String(at)}.weight`, shape: [channels.out, channels.in, size, size], values: filter },
      { name: `${before}${String(at)}.bias`, shape: [channels.out], values: weights?.bias() ?? new Float32Array() },
    ]
  })
}

/** The same network for blue, green and red in [0, 255] minus Caffe's mean: (p / 255 - MEAN) / DEVIATION, folded into the first convolution. */
const forCaffe = ([filter, bias, ...rest]: readonly NamedTensor[]): readonly NamedTensor[] => {
  if (filter === undefined || bias === undefined) throw new Error('There is no first convolution.')
  const [values, shifted] = [new Float32Array(filter.values.length), Float32Array.from(bias.values)]
  for (let out = 0; out < 64; out++)
    for (let channel = 0; channel < 3; channel++)
      for (let place = 0; place < 9; place++) {
        const blueFirst = 2 - channel
        const value = filter.values[(out * 3 + channel) * 9 + place] ?? 0
        const deviation = DEVIATION[channel] ?? 1
        values[(out * 3 + blueFirst) * 9 + place] = value / 255 / deviation
        shifted[out] = (shifted[out] ?? 0) + (value * ((CAFFE[blueFirst] ?? 0) / 255 - (MEAN[channel] ?? 0))) / deviation
      }
  return [{ ...filter, values }, { ...bias, values: shifted }, ...rest]
}

const valueOf = async (options?: Vgg16Options): Promise<number> => {
  const extractor = await vgg16(options)
  const value = tf.tidy(() => compile(mse(featureAt('block3_conv3')), extractor)(noise(1, [1, 32, 32, 3]), noise(2, [1, 32, 32, 3])).arraySync())
  extractor.dispose()
  return value
}

/** A VGG16 whose first filters are Oxford's, as far as their sums by channel go; all other numbers are 0.01. */
const oxfords = (channels: readonly number[]): Uint8Array => {
  const sumOf = (out: number, channel: number): number => (out < 16 ? (OXFORD[out * 3 + (channels[channel] ?? 0)] ?? 0) : 0)
  let position = 0
  const tensors = VGG16.layers.flatMap((layer): readonly NamedTensor[] => {
    const at = `features.${String(position)}`
    position += layer.kind === 'convolution' ? 2 : 1
    if (layer.kind !== 'convolution') return []
    const { size, channels: through } = layer
    const values = new Float32Array(through.out * through.in * size * size).fill(0.01)
    const filter = through.in === 3 ? values.map((_, i) => sumOf(Math.floor(i / 27), Math.floor(i / 9) % 3) / 9) : values
    return [
      { name: `${at}.weight`, shape: [through.out, through.in, size, size], values: filter },
      { name: `${at}.bias`, shape: [through.out], values: new Float32Array(through.out).fill(0.01) },
    ]
  })
  return writeSafetensors(tensors)
}

describe('a VGG with the names of torchvision', () => {
  it.each(['', 'module.', 'features.module.'])("loads from features.state_dict(): '%s0.weight'", async (before) => {
    const { note } = getOrThrow(matchWeights(VGG16, getOrThrow(await readTensors(writeSafetensors(await stored(before)), 'a test')()), 'a test', undefined))
    expect(note).toMatchObject({ preprocessing: 'torchvision', preprocessingFrom: 'names', tensors: 2 * convolutionsOf(VGG16).length, ignored: [] })
  })

  it("for Caffe's preprocessing is recognised by its first filters, says so, and has the original's values", async () => {
    const weights = writeSafetensors(forCaffe(await stored('features.')))
    const { weights: note } = await vgg16({ weights })
    expect(note).toMatchObject({ names: "torchvision's names", preprocessing: 'caffe', preprocessingFrom: 'filters' })
    // Zero padding is another colour there, by 0.2 of 255: 1e-4 relative.
    expect(Math.abs((await valueOf({ weights })) / (await valueOf()) - 1)).toBeLessThan(1e-4)
  })

  it("and Oxford's first filters gets Caffe's preprocessing, for BGR or RGB", async () => {
    const fitted = async (channels: readonly number[], said?: 'caffe' | 'torchvision') => {
      const { note, layers } = getOrThrow(matchWeights(VGG16, getOrThrow(await readTensors(oxfords(channels), 'a test')()), 'a test', said))
      return { note, first: layers.get('block1_conv1')?.filter() }
    }
    const [blueFirst, redFirst] = [await fitted([0, 1, 2]), await fitted([2, 1, 0])]
    const [said, otherwise] = [await fitted([2, 1, 0], 'caffe'), await fitted([2, 1, 0], 'torchvision')]
    expect(blueFirst.note).toMatchObject({ preprocessing: 'caffe', preprocessingFrom: 'filters' })
    expect(redFirst).toEqual(blueFirst)
    expect(said.first).toEqual(blueFirst.first)
    expect(otherwise.note).toMatchObject({ preprocessing: 'torchvision', preprocessingFrom: 'option' })
    expect(otherwise.first).not.toEqual(blueFirst.first)
  })

  it('warns which preprocessing its first filters ask for, and names the option', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const extractor = await vgg16({ weights: oxfords([2, 1, 0]) })
    extractor.dispose()
    expect(warned.mock.calls).toEqual([
      [expect.stringMatching(/torchvision's tensor names, but their first filters expect Caffe's input.*Pass \{ preprocessing: 'caffe' \} or/)],
    ])
    warned.mockRestore()
  })

  it('has the preprocessing that the option says, whatever the filters', async () => {
    const weights = writeSafetensors(forCaffe(await stored('features.')))
    const { weights: note } = await vgg16({ weights, preprocessing: 'torchvision' })
    expect(note).toMatchObject({ preprocessing: 'torchvision', preprocessingFrom: 'option' })
  })
})
