/**
 * Max pooling whose gradient goes to the first of several maxima, as the peers' does: plain loops, for comparing with them.
 *
 * A position with the receptive field of the maximum is one, too, though TensorFlow's convolutions may have rounded it differently.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import type { Extractor, Vgg16Layer } from '../../src/index.js'
import { network } from '../../src/layers/networks/network.js'
import { poolingOver } from '../../src/layers/kernels/pooling.js'
import { requireSaved, type FieldNumbers, type Step } from '../../src/layers/kernels/step.js'
import type { NetworkTable } from '../../src/layers/architecture/networkTable.js'
import { VGG16 } from '../../src/layers/networks/vgg16.js'
import { matchWeights } from '../../src/layers/weights/matchWeights.js'
import { readSafetensors } from '../../src/layers/weights/safetensors.js'
import type { PoolingWindow } from '../../src/layers/kernels/windows.js'

/** The positions from `start` that a window of this size has within a side. */
const within = (start: number, size: number, side: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => start + i).filter((position) => position < side)

type Position = readonly [row: number, column: number]

/** Whether two positions of a layer have equal receptive fields: pixel by pixel, and in the part outside the picture. */
const seesTheSame = (picture: Tensor4D, fields: FieldNumbers): ((image: number, one: Position, other: Position) => boolean) => {
  const [height = 0, width = 0, channels = 0, stride = 1, before = 0, size = 1] = fields(picture.shape)
  const values = picture.dataSync()
  const offsets = Array.from({ length: size }, (_, i) => i - before)
  const isInside = (at: number, side: number): boolean => at >= 0 && at < side
  const comparable = (one: number, other: number, side: number): boolean =>
    one === other || [one, other].every((at) => isInside(stride * at - before, side) && isInside(stride * at - before + size - 1, side))
  return (image, one, other) => {
    if (!comparable(one[0], other[0], height) || !comparable(one[1], other[1], width)) return false
    const pixel = ([row, column]: Position, down: number, across: number): number | undefined => {
      const [y, x] = [stride * row + down, stride * column + across]
      return isInside(y, height) && isInside(x, width) ? ((image * height + y) * width + x) * channels : undefined
    }
    return offsets.every((down) =>
      offsets.every((across) => {
        const [a, b] = [pixel(one, down, across), pixel(other, down, across)]
        if (a === undefined || b === undefined) return a === b
        for (let c = 0; c < channels; c++) if (values[a + c] !== values[b + c]) return false
        return true
      }),
    )
  }
}

const firstTie = (window: PoolingWindow, fields: FieldNumbers | undefined): Step => ({
  ...poolingOver('max', window, fields),
  backward: (dy, { x, y, from, picture }) => {
    const { size, stride } = window
    const [batch = 0, height = 0, width = 0, channels = 0] = from
    const [, rows, columns] = requireSaved(y).shape
    const [input, output, above] = [requireSaved(x).dataSync(), requireSaved(y).dataSync(), dy.dataSync()]
    const same = picture === undefined || fields === undefined ? () => false : seesTheSame(picture, fields)
    const dx = new Float32Array(input.length)
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          const positions = within(stride * i, size, height).flatMap((row) => within(stride * j, size, width).map((column): Position => [row, column]))
          const place = ([row, column]: Position): number => ((n * height + row) * width + column) * channels
          const known = new Map<string, boolean>()
          /** Positions of a window are compared once for all channels. */
          const tied = (one: Position, other: Position): boolean => {
            const key = `${one.join()} ${other.join()}`
            const answer = known.get(key) ?? same(n, one, other)
            known.set(key, answer)
            return answer
          }
          for (let c = 0; c < channels; c++) {
            const o = ((n * rows + i) * columns + j) * channels + c
            const most = output[o] ?? 0
            const maximum = positions.find((position) => input[place(position) + c] === most) ?? [0, 0]
            const first = positions.find((position) => position === maximum || tied(position, maximum)) ?? maximum
            dx[place(first) + c]! += above[o] ?? 0
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
  return network<L>(table, weights.right, (pooling, window, fields) => (pooling === 'max' ? firstTie(window, fields) : poolingOver(pooling, window)))
}

/** VGG16 from the bytes of a safetensors file, with the peers' rule for ties. */
export const peersVgg16 = (bytes: Uint8Array): Extractor<Vgg16Layer> => peers<Vgg16Layer>(VGG16, bytes)
