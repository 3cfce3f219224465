/** Oxford's real weights (Keras' VGG16 and VGG19 are these) under torchvision's names, for BGR and for RGB: recognised by their first filters. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it, vi } from 'vitest'
import { compile, featureAt, mse, vgg19, type Vgg19Options } from '../../../src/index.js'
import { VGG16 } from '../../../src/layers/networks/vgg16.js'
import { byFirstFilters } from '../../../src/layers/weights/firstFilters.js'
import { readTensors } from '../../../src/layers/weights/format.js'
import { noise } from '../../support/images.js'
import { safetensors, type NamedTensor } from '../../support/safetensors.js'
import { hasData } from '../../support/sharedData.js'
import { sharedTensors, vgg19File } from '../../support/sharedWeights.js'
import { getOrThrow } from '../../../src/core/errors/lossException.js'

/** Filters [height, width, in, out] as [out, in, height, width], with their input channels in another order on request. */
const toOihw = (values: Float32Array, shape: readonly number[], reversed = false): Float32Array =>
  tf.tidy(() => {
    const filter = tf.transpose(tf.tensor(values, [...shape]), [3, 2, 0, 1])
    return (reversed ? tf.reverse(filter, 1) : filter).dataSync<'float32'>().slice()
  })

/** VGG19 as torchvision names it. */
const torchvisionNames = async (reversed: boolean): Promise<Uint8Array> => {
  const { tensors } = getOrThrow(await readTensors(vgg19File() ?? new Uint8Array(), 'VGG19')())
  const named = [...tensors].map(([name, { shape, values }]): NamedTensor => {
    const [, block = '1', convolution = '1'] = /block(\d)_conv(\d)/.exec(name) ?? []
    const before = (block < '3' ? 2 * (Number(block) - 1) : 4 + 4 * (Number(block) - 3)) + Number(convolution) - 1
    const at = `features.${String(2 * before + Number(block) - 1)}`
    if (name.endsWith('bias')) return { name: `${at}.bias`, shape, values: values() }
    const [height = 0, width = 0, input = 0, output = 0] = shape
    return { name: `${at}.weight`, shape: [output, input, height, width], values: toOihw(values(), shape, reversed && before === 0) }
  })
  return safetensors(named, {})
}

const valueOf = async (options: Vgg19Options): Promise<number> => {
  const extractor = await vgg19(options)
  const value = tf.tidy(() => compile(mse(featureAt('block3_conv4')), extractor)(noise(1, [1, 32, 32, 3]), noise(2, [1, 32, 32, 3])).arraySync())
  extractor.dispose()
  return value
}

describe.runIf(hasData)("Oxford's weights under torchvision's names", () => {
  it.each([false, true])('VGG19 has the values that it has under Keras’ names; for RGB: %s', async (reversed) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const weights = await torchvisionNames(reversed)
    expect((await vgg19({ weights })).weights).toMatchObject({ names: "torchvision's names", preprocessing: 'caffe', preprocessingFrom: 'filters' })
    expect(warned).toHaveBeenCalledTimes(1)
    // The sum of three channels in another order: 1e-5 relative.
    expect(Math.abs((await valueOf({ weights })) / (await valueOf({ weights: vgg19File() ?? '' })) - 1)).toBeLessThan(1e-5)
    warned.mockRestore()
  })

  it("VGG16's first filters are recognised; torchvision's are not taken for them", () => {
    const [keras] = sharedTensors('vgg16_keras_blocks1-3')
    const [own] = sharedTensors('vgg16_torchvision_blocks1-2')
    const found = (filters: Float32Array) => byFirstFilters(VGG16, 'torchvision', () => filters)
    const { values = new Float32Array(), shape = [] } = keras ?? {}
    expect(found(toOihw(Float32Array.from(values), shape))).toEqual({ preprocessing: 'caffe', preprocessingFrom: 'filters', reversed: false })
    expect(found(toOihw(Float32Array.from(values), shape, true))).toEqual({ preprocessing: 'caffe', preprocessingFrom: 'filters', reversed: true })
    expect(found(Float32Array.from(own?.values ?? []))).toEqual({ preprocessing: 'torchvision', preprocessingFrom: 'names', reversed: false })
  })
})
