/** Max pooling whose gradient goes to the first of several maxima, as the peers' does: plain loops, for comparing with them. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import type { Extractor, Vgg16Layer } from '../../src/index.js'
import { network } from '../../src/layers/network/network.js'
import { POOLING } from '../../src/layers/network/pooling.js'
import { promised, type Step } from '../../src/layers/network/step.js'
import { VGG16 } from '../../src/layers/vgg16.js'
import { fitWeights } from '../../src/layers/weights/fit.js'
import { readSafetensors } from '../../src/layers/weights/safetensors.js'

const OFFSETS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const

const firstTie: Step = {
  ...POOLING.max,
  backward: (dy, { x, y, from }) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = from
    const [, rows, columns] = promised(y).shape
    const [input, output, above] = [promised(x).dataSync(), promised(y).dataSync(), dy.dataSync()]
    const dx = new Float32Array(input.length)
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++)
          for (let c = 0; c < channels; c++) {
            const o = ((n * rows + i) * columns + j) * channels + c
            const places = OFFSETS.map(([di, dj]) => ((n * height + 2 * i + di) * width + 2 * j + dj) * channels + c)
            const first = places.find((p) => input[p] === output[o]) ?? 0
            dx[first] = above[o] ?? 0
          }
    return tf.tensor4d(dx, [batch, height, width, channels])
  },
}

/** VGG16 from the bytes of a safetensors file, with the peers' rule for ties. */
export const peersVgg16 = (bytes: Uint8Array): Extractor<Vgg16Layer> => {
  const file = readSafetensors(bytes, 'a test')
  if (E.isLeft(file)) throw new Error(file.left._tag)
  const weights = fitWeights(VGG16, file.right, 'a test', undefined)
  if (E.isLeft(weights)) throw new Error(weights.left._tag)
  return network<Vgg16Layer>(VGG16, weights.right, { ...POOLING, max: firstTie })
}
