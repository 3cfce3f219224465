/** Max pooling whose gradient goes to the first of several maxima, as the peers' does: plain loops, for comparing with them. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import type { Extractor, Vgg16Layer } from '../../src/index.js'
import { network } from '../../src/layers/networks/network.js'
import { poolingOver } from '../../src/layers/kernels/pooling.js'
import { requireSaved, type Step } from '../../src/layers/kernels/step.js'
import type { NetworkTable } from '../../src/layers/architecture/networkTable.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'
import { matchWeights } from '../../src/layers/weights/matchWeights.js'
import { readSafetensors } from '../../src/layers/weights/safetensors.js'
import type { PoolingWindow } from '../../src/layers/kernels/windows.js'

/** The positions from `start` that a window of this size has within a side. */
const within = (start: number, size: number, side: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => start + i).filter((position) => position < side)

const firstTie = (window: PoolingWindow): Step => ({
  ...poolingOver('max', window),
  backward: (dy, { x, y, from }) => {
    const { size, stride } = window
    const [batch = 0, height = 0, width = 0, channels = 0] = from
    const [, rows, columns] = requireSaved(y).shape
    const [input, output, above] = [requireSaved(x).dataSync(), requireSaved(y).dataSync(), dy.dataSync()]
    const dx = new Float32Array(input.length)
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          const pixels = within(stride * i, size, height).flatMap((row) => within(stride * j, size, width).map((column) => (n * height + row) * width + column))
          for (let c = 0; c < channels; c++) {
            const o = ((n * rows + i) * columns + j) * channels + c
            const first = pixels.find((pixel) => input[pixel * channels + c] === output[o]) ?? 0
            dx[first * channels + c]! += above[o] ?? 0
          }
        }
    return tf.tensor4d(dx, [batch, height, width, channels])
  },
})

/** A network from the bytes of a safetensors file, with the peers' rule for ties. */
export const peers = <L extends string>(table: NetworkTable, bytes: Uint8Array): Extractor<L> => {
  const file = readSafetensors(bytes, 'a test')
  if (E.isLeft(file)) throw new Error(file.left._tag)
  const weights = matchWeights(table, file.right, 'a test', undefined)
  if (E.isLeft(weights)) throw new Error(weights.left._tag)
  return network<L>(table, weights.right, (pooling, window) => (pooling === 'max' ? firstTie(window) : poolingOver(pooling, window)))
}

/** VGG16 from the bytes of a safetensors file, with the peers' rule for ties. */
export const peersVgg16 = (bytes: Uint8Array): Extractor<Vgg16Layer> => peers<Vgg16Layer>(VGG16, bytes)
