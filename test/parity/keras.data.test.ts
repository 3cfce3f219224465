/**
 * The original article's loss against Keras 3 itself, with Keras' own VGG16 weights, where the folder that has them is there (they are not in the package).
 *
 * Its first three blocks are all that is needed; the layers below them are filled with one number, and no loss here uses them. Pictures are [0, 255]: 'raw' feeds them
 * as they are, as the article does; 'caffe' as the weights were trained. Tolerance: 5e-5 relative for values, 1e-3 of the norm for gradients (with the
 * peer's rule for ties in max pooling, which black pictures and JPEG's flat blocks have: gradients.test.ts).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, featureAt, mae, mse, named, perceptual, sum, vgg16, type Extractor, type Vgg16Layer } from '../../src/index.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'
import { peersVgg16 } from '../support/firstTie.js'
import { goldenImage } from '../support/images.js'
import { safetensors } from '../support/safetensors.js'
import { DATA, hasData } from '../support/sharedData.js'
import { norm } from '../support/tensors.js'

const LAYERS = ['block1_conv1', 'block1_conv2', 'block2_conv1', 'block2_conv2', 'block3_conv1', 'block3_conv2', 'block3_conv3'] as const

interface Golden {
  readonly 'perceptual_loss mse (block2_conv2, block3_conv3)': number
  readonly 'perceptual_loss mae (block2_conv2, block3_conv3)': number
  readonly mse: Readonly<Record<(typeof LAYERS)[number], number>>
  readonly gradient: { readonly norm: number; readonly at: readonly (readonly [number, number, number, number])[] }
}
interface Row {
  readonly a: string
  readonly b: string
  readonly raw: Golden
  readonly caffe: Golden
}
const goldens = JSON.parse(readFileSync(new URL('../goldens/keras.json', import.meta.url), 'utf8')) as { readonly pairs: readonly Row[] }

/** On WASM, where a large picture takes seconds, a small one and a large one; on other backends all. */
const compared = goldens.pairs.filter(({ b }) => process.env['BACKEND'] !== 'wasm' || /^coffee|_noise\.png$/.test(b))

/** Keras' first three blocks as a safetensors file of VGG16. */
const kerasFile = (): Uint8Array => {
  const raw = readFileSync(new URL('vgg16_keras_blocks1-3.f32', DATA))
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', DATA), 'utf8')) as Record<
    string,
    { tensors: { name: string; shape: number[]; offset: number }[] }
  >
  const stored = manifest['vgg16_keras_blocks1-3']?.tensors ?? []
  const read = (layer: string, shape: readonly number[]): Float32Array => {
    const length = shape.reduce((a, b) => a * b)
    const tensor = stored.find((t) => t.name.startsWith(layer) && t.shape.join() === shape.join())
    return tensor === undefined
      ? new Float32Array(length).fill(1e-3)
      : new Float32Array(new Uint8Array(raw.subarray(tensor.offset, tensor.offset + 4 * length)).buffer)
  }
  const tensors = VGG16.layers.flatMap((layer) => {
    if (layer.kind !== 'convolution') return []
    const shape = [layer.size, layer.size, layer.channels.in, layer.channels.out]
    return [
      { name: `${layer.name}/kernel`, shape, values: read(layer.name, shape) },
      { name: `${layer.name}/bias`, shape: [layer.channels.out], values: read(layer.name, [layer.channels.out]) },
    ]
  })
  return safetensors(tensors, { preprocessing: 'caffe' })
}

describe.runIf(hasData)('the article in Keras', () => {
  let network: Extractor<Vgg16Layer>
  let peers: Extractor<Vgg16Layer>
  beforeAll(async () => {
    network = await vgg16({ weights: kerasFile() })
    peers = peersVgg16(kerasFile())
  })

  const modes = [
    ['raw', 'none'],
    ['caffe', 'network'],
  ] as const
  it.each(compared.flatMap((row) => modes.map(([mode, preprocess]) => ({ ...row, mode, preprocess, golden: row[mode] }))))(
    '$a $b $mode',
    async ({ a, b, golden, preprocess }) => {
      const bytes = async (name: string): Promise<Tensor4D> => {
        const image = await goldenImage(name)
        const scaled = tf.tidy(() => tf.round(tf.mul(image, 255)) as Tensor4D)
        image.dispose()
        return scaled
      }
      const [target, prediction] = [await bytes(a), await bytes(b)]
      const options = { range: [0, 255], preprocess } as const
      const each = compile(
        sum(...LAYERS.map((layer) => named(layer, mse(featureAt(layer)))), named('mae', sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3'))))),
        network,
        options,
      )
      const rows = await each.breakdown(target, prediction)
      const total = (name: string) => rows.filter((row) => row.name.split(' / ')[0] === name).reduce((t, { value }) => t + value, 0)
      for (const layer of LAYERS) expect(Math.abs(total(layer) / golden.mse[layer] - 1), layer).toBeLessThan(5e-5)
      expect(Math.abs(total('mae') / golden['perceptual_loss mae (block2_conv2, block3_conv3)'] - 1)).toBeLessThan(5e-5)
      const f = compile(perceptual(), peers, options)
      const { value, grad } = tf.valueAndGrad((x) => f(target, x))(prediction)
      expect(Math.abs((value.dataSync()[0] ?? 0) / golden['perceptual_loss mse (block2_conv2, block3_conv3)'] - 1)).toBeLessThan(5e-5)
      const numbers = grad.dataSync()
      expect(Math.abs(norm(numbers) / golden.gradient.norm - 1)).toBeLessThan(1e-3)
      for (const [i, j, c, v] of golden.gradient.at)
        expect(Math.abs((numbers[(i * prediction.shape[2] + j) * 3 + c] ?? 0) - v)).toBeLessThan(1e-3 * golden.gradient.norm)
      tf.dispose([target, prediction, value, grad])
    },
  )
})
