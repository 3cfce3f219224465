/** Channels as weighted sums of channels: changes of colour space, luma. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'
import { colourKernels } from './simd/colourKernels.js'
import { runSimd } from './simd/runSimd.js'

/** The share of each input channel in each output channel: [from, to]. */
export type Mix = readonly (readonly number[])[]

/** Mixes the channels of each position: [batch, height, width, from] to [batch, height, width, to], in one pass over the picture. */
export const mixedChannels = (x: Tensor, mix: Mix): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => ({
    value: byKernel(input, mix) ?? byProduct(input, mix),
    gradient: (dy) => mixedChannels(dy, transposed(mix)),
  }))

const transposed = (mix: Mix): Mix => (mix[0] ?? []).map((_, to) => mix.map((row) => row[to] ?? 0))

const mixedShape = ({ shape }: Tensor, mix: Mix): [number, number, number, number] =>
  [...shape.slice(0, -1), mix[0]?.length ?? 0] as [number, number, number, number]

const byProduct = (x: Tensor, mix: Mix): Tensor4D => tf.reshape(tf.matMul(tf.reshape(x, [-1, mix.length]), tf.tensor2d(copied(mix))), mixedShape(x, mix))

const copied = (mix: Mix): number[][] => mix.map((row) => [...row])

/** The mixes of our kernel, which takes a fifth of the time of the WASM backend's product. */
const KINDS: readonly string[] = ['3 to 3', '3 to 1', '1 to 3']

const byKernel = (x: Tensor, mix: Mix): Tensor4D | undefined => {
  const module = colourKernels.inUse()
  const [from, to] = [mix.length, mix[0]?.length ?? 0]
  if (module === undefined || x.dtype !== 'float32' || !KINDS.includes(`${String(from)} to ${String(to)}`)) return undefined
  return runSimd<Tensor4D, 'levels' | 'mixChannels', 'x' | 'matrix'>(module, {
    inputs: { x, matrix: tf.tensor2d(copied(mix)) },
    shape: mixedShape(x, mix),
    scratchBytes: 0,
    call: ({ mixChannels }, { inputs, output }) => {
      mixChannels(inputs.x, inputs.matrix, output, x.size / from, from, to)
    },
  })
}
