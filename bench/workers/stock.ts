/**
 * The baseline: the same VGG16 weights through TensorFlow.js' own ops, with the gradient by its tape, as one writes it without this library.
 */
import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { readSafetensors } from '../../src/layers/weights/safetensors.js'
import type { StoredTensor, TensorFile } from '../../src/layers/weights/tensorFile.js'
import type { Setup } from './running.js'
import { getOrThrow } from '../../src/core/errors/lossException.js'

/** A network up to a layer: pictures in [0, 1] to its activations. */
export interface StockNetwork {
  readonly features: (images: Tensor4D) => Tensor4D
  readonly dispose: () => void
}

type Layer = { readonly filter: Tensor4D; readonly bias: Tensor1D } | 'pool'

const LAYERS = [2, 2, 3, 3, 3].flatMap((count, i) => [...Array.from({ length: count }, (_, j) => `block${String(i + 1)}_conv${String(j + 1)}`), 'pool'])
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]

const stored = (file: TensorFile, name: string): StoredTensor => {
  const tensor = file.tensors.get(name)
  if (tensor === undefined) throw new Error(`The weights have no tensor ${name}.`)
  return tensor
}

const layerOf = (file: TensorFile, name: string): Layer => {
  const [kernel, bias] = [stored(file, `${name}/kernel`), stored(file, `${name}/bias`)]
  return { filter: tf.tensor4d(kernel.values(), kernel.shape as [number, number, number, number]), bias: tf.tensor1d(bias.values()) }
}

/** Loads the package's weights into plain tensors. */
export const stockNetwork = async (layer: string): Promise<StockNetwork> => {
  const bytes = await readFile(new URL('../../weights/vgg16.safetensors', import.meta.url))
  const file = getOrThrow(readSafetensors(bytes, 'of the package'))
  const layers = LAYERS.slice(0, LAYERS.indexOf(layer) + 1).map((name): Layer => (name === 'pool' ? name : layerOf(file, name)))
  return {
    features: (images) => layers.reduce(applied, tf.div<Tensor4D>(tf.sub(images, MEAN), DEVIATION)),
    dispose: () => {
      tf.dispose(layers.flatMap((layer) => (layer === 'pool' ? [] : [layer.filter, layer.bias])))
    },
  }
}

const applied = (x: Tensor4D, layer: Layer): Tensor4D =>
  layer === 'pool' ? tf.maxPool(x, 2, 2, 'valid') : tf.relu(tf.add<Tensor4D>(tf.conv2d(x, layer.filter, 1, 'same'), layer.bias))

/** The mean squared difference of two activations. */
export const stockMse = (a: Tensor4D, b: Tensor4D): Scalar => tf.mean<Scalar>(tf.square(tf.sub(a, b)))

/** Sets a content loss up, as one writes it by hand. */
export const stock: Setup = async (layer, { target }) => {
  const { features, dispose } = await stockNetwork(layer)
  const known = tf.tidy(() => features(target))
  return {
    prepared: (prediction) => stockMse(features(prediction), known),
    fresh: (prediction) => stockMse(features(prediction), features(target)),
    dispose: () => {
      known.dispose()
      dispose()
    },
  }
}
